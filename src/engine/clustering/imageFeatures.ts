/** One training image through the network: its feature rows, and the CAM of each of its classes at them, by which they are split (lpcam.md, section 3, steps 1 and 2). */
import type * as ort from 'onnxruntime-node';
import { aggregateCam } from '../../lpcam/aggregate';
import type { LowMap } from '../../lpcam/aggregate';
import { aggregateFused, type MctFormerRule } from '../../lpcam/mctFormer';
import { resizeNearest } from '../../lpcam/nearest';
import type { CamNetwork } from '../../network/camNetwork';
import type { RowType } from '../../network/kmeansGraph';
import { inPrecision } from '../../network/halfNetwork';
import { nth } from '../../network/graphBuilder';
import { buildMapsGraph } from '../../network/mapsGraph';
import { takesSeveral } from '../../network/networkViews';
import type { DeviceName, PrecisionName } from '../../protocol/deviceNames';
import { fusionRule } from '../explain/fusion';
import { defaultPixelLimit, planScales, type PlannedScale } from '../explain/plan';
import type { ImageBatch } from '../batching/imageBatch';
import { imageFeeds } from '../imageFeeds';
import type { DecodedImage } from '../image/decode';
import { checkHalf } from '../halfOverflow';
import type { InputMaker } from '../image/inputMaker';
import { ScaleInputs } from '../image/scaleInputs';
import { networkPrecision } from '../networkPrecision';
import { pause } from '../pause';
import { openSession } from '../session';
import type { ResolvedStudy } from '../study/resolvedStudy';
import type { ImageFeatures } from './featureCache';
import { HalfCast, halfBits, hasHalves } from './halfCast';

type Settings = Pick<ResolvedStudy, 'network' | 'settings' | 'system'>;

function floats(tensor: ort.Tensor | undefined): Float32Array {
  if (!(tensor?.data instanceof Float32Array)) throw new Error('the network gave no maps');
  return tensor.data;
}

/** Maps of one scale: sizes, class maps, and the rows where they were asked for. */
interface ScaleResult {
  readonly height: number;
  readonly width: number;
  readonly cam: Float32Array;
  readonly rows: Uint16Array | null;
}

export interface ExtractorOptions {
  readonly network: CamNetwork;
  readonly study: Settings;
  readonly device: DeviceName;
  readonly precision: PrecisionName;
  readonly inputs: InputMaker;
}

/** Images of one size that go through the network together: their views, [B, 3, height, width]. */
export type FeatureBatch = ImageBatch<Float32Array, ScaleResult>;

export class FeatureExtractor {
  /** By the number of images that are run together; opened when they are first needed. */
  readonly #sessions = new Map<number, Promise<ort.InferenceSession>>();

  private constructor(
    private readonly options: ExtractorOptions,
    private readonly cast: HalfCast | null,
    /** The system's own CAM is split by, where it has one. */
    private readonly rule: MctFormerRule | null,
  ) {}

  static async open(options: ExtractorOptions): Promise<FeatureExtractor> {
    const { network, study, device } = options;
    const cast = hasHalves(device) ? null : await HalfCast.open();
    const extractor = new FeatureExtractor(options, cast, fusionRule(study, network));
    await extractor.session(1);
    return extractor;
  }

  private session(images: number): Promise<ort.InferenceSession> {
    const opened = this.#sessions.get(images);
    if (opened !== undefined) return opened;
    const { network, study, device, precision } = this.options;
    const rows: RowType = this.cast ? 'float32' : 'float16';
    const fusion = this.rule && { rule: this.rule, affinity: rows };
    const graph = buildMapsGraph(inPrecision(network, networkPrecision(device, precision)), {
      mirror: study.settings.inference.mirror,
      apart: device === 'cpu' && images === 1,
      images,
      similarity: false,
      feature: false,
      rows,
      fusion,
    });
    const opening = openSession(graph, device);
    this.#sessions.set(images, opening);
    return opening;
  }

  /** Runs images of one size. */
  private async run(
    inputs: readonly Float32Array[],
    planned: PlannedScale,
    wantRows: boolean,
  ): Promise<ScaleResult[]> {
    const images = inputs.length;
    const session = await this.session(images);
    const maps = this.rule === null ? 'cam' : 'fused';
    const wanted = wantRows ? [maps, 'rows'] : [maps];
    const results = await session.run(
      imageFeeds(session, inputs, planned),
      wanted.flatMap((name) => inputs.map((_, place) => nth(name, place, images))),
    );
    const all: ScaleResult[] = [];
    for (const place of inputs.keys()) {
      const cam = results[nth(maps, place, images)];
      checkHalf(floats(cam), this.options.precision);
      const [, height = 0, width = 0] = cam?.dims ?? [];
      const rows = wantRows ? await this.halves(results[nth('rows', place, images)]) : null;
      all.push({ height, width, cam: floats(cam), rows });
    }
    return all;
  }

  /** Runs an image, with those of its batch where that gains. */
  private async runOne(
    input: Float32Array,
    planned: PlannedScale,
    wantRows: boolean,
    batch: FeatureBatch | null,
  ): Promise<ScaleResult> {
    const { network, study } = this.options;
    const alone = async () => {
      const [only] = await this.run([input], planned, wantRows);
      if (only === undefined) throw new Error('The network gave no maps.');
      return only;
    };
    if (batch === null || this.rule !== null || !takesSeveral(network)) return alone();
    const { width, height } = planned;
    const mirrored = study.settings.inference.mirror ? ', mirrored' : '';
    return batch.run({
      key: `${width} x ${height}${mirrored}${wantRows ? ', with features' : ''}`,
      pixels: width * height,
      input,
      alone,
      together: (inputs) => this.run(inputs, planned, wantRows),
      arrays: ({ cam, rows }) => (rows === null ? [cam] : [cam, rows]),
    });
  }

  private async halves(rows: ort.Tensor | undefined): Promise<Uint16Array> {
    return this.cast ? this.cast.halves(floats(rows)) : halfBits(rows);
  }

  /**
   * @param path the image's file, for messages
   * @param classes its classes
   * @param batch other images that are extracted at the same time
   * @throws InputError when the image is too large; the signal's reason when cancelled
   */
  async extract(
    path: string,
    image: DecodedImage,
    classes: readonly number[],
    signal: AbortSignal,
    batch: FeatureBatch | null = null,
  ): Promise<ImageFeatures> {
    const { network, study, inputs: maker } = this.options;
    const { inference } = study.settings;
    // Features are those of scale 1, also when the study leaves that scale out of its CAMs.
    const withOne = inference.scales.includes(1) ? inference.scales : [1, ...inference.scales];
    const { scales } = planScales({ path, ...image }, withOne, network.fixedSize, defaultPixelLimit());
    const { mean, std } = study.network;
    const inputs = new ScaleInputs(maker, image, { mean, std, mirror: inference.mirror }, scales);
    const maps: ScaleResult[] = [];
    let features: ScaleResult | null = null;
    try {
      for (const planned of scales) {
        await pause(signal);
        const { scale } = planned;
        const result = await inputs.use(planned, (input) => this.runOne(input, planned, scale === 1, batch));
        if (scale === 1) features = result;
        if (inference.scales.includes(scale) || network.fixedSize) maps.push(result);
      }
    } finally {
      inputs.end();
    }
    if (!features?.rows) throw new Error(`no features at scale 1 of ${path}`);
    const { height, width, rows } = features;
    const cams = new Map<number, Float32Array>();
    for (const classIndex of classes) {
      const low = maps.map((map): LowMap => {
        const area = map.height * map.width;
        const data = map.cam.subarray(classIndex * area, (classIndex + 1) * area);
        return { height: map.height, width: map.width, data };
      });
      const cam =
        this.rule === null
          ? aggregateCam(low, image.height, image.width, 'highRes')
          : aggregateFused(low, image.height, image.width, 'highRes').map;
      cams.set(classIndex, resizeNearest(cam, image.height, image.width, height, width));
    }
    return { height, width, rows, cams };
  }

  async release(): Promise<void> {
    for (const session of this.#sessions.values()) await (await session).release();
    await this.cast?.release();
  }
}
