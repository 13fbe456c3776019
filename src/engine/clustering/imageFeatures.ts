/** One training image through the network: its feature rows, split by the CAM of each of its classes (lpcam.md, section 3, steps 1 and 2). */
import type * as ort from 'onnxruntime-node';
import { aggregateCam } from '../../lpcam/aggregate';
import type { LowMap } from '../../lpcam/aggregate';
import { aggregateFused, type MctFormerRule } from '../../lpcam/mctFormer';
import { resizeNearest } from '../../lpcam/nearest';
import type { CamNetwork } from '../../network/camNetwork';
import type { RowType } from '../../network/kmeansGraph';
import { inPrecision } from '../../network/halfNetwork';
import { buildMapsGraph } from '../../network/mapsGraph';
import type { DeviceName, PrecisionName } from '../../protocol/deviceNames';
import { fusionRule } from '../explain/fusion';
import { defaultPixelLimit, planScales, type PlannedScale } from '../explain/plan';
import { imageFeeds } from '../imageFeeds';
import type { DecodedImage } from '../image/decode';
import { checkHalf } from '../halfOverflow';
import type { InputMaker } from '../image/inputMaker';
import { ScaleInputs } from '../image/scaleInputs';
import { networkPrecision } from '../networkPrecision';
import { pause } from '../pause';
import { openSession } from '../session';
import type { ResolvedStudy } from '../study/resolvedStudy';
import { splitCodes } from './featureCache';
import type { ImageFeatures } from './featureCache';
import { HalfCast, halfBits, hasHalves } from './halfCast';

type Settings = Pick<ResolvedStudy, 'network' | 'settings' | 'system'>;

/** Sides of the positions of one class: CAM above the threshold, below it, or exactly at it (in float32). */
function splitByCam(cam: Float32Array, threshold: number): Uint8Array {
  const limit = Math.fround(threshold);
  return Uint8Array.from(cam, (value) =>
    value > limit ? splitCodes.foreground : value < limit ? splitCodes.background : splitCodes.dropped,
  );
}

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

export class FeatureExtractor {
  private constructor(
    private readonly session: ort.InferenceSession,
    private readonly network: CamNetwork,
    private readonly study: Settings,
    private readonly cast: HalfCast | null,
    /** The system's own CAM is split by, where it has one. */
    private readonly rule: MctFormerRule | null,
    private readonly precision: PrecisionName,
    private readonly inputs: InputMaker,
  ) {}

  static async open(
    network: CamNetwork,
    study: Settings,
    device: DeviceName,
    precision: PrecisionName,
    inputs: InputMaker,
  ): Promise<FeatureExtractor> {
    const { mirror } = study.settings.inference;
    const cast = hasHalves(device) ? null : await HalfCast.open();
    const rows: RowType = cast ? 'float32' : 'float16';
    const rule = fusionRule(study, network);
    const fusion = rule && { rule, affinity: rows };
    const graph = buildMapsGraph(inPrecision(network, networkPrecision(device, precision)), {
      mirror,
      apart: device === 'cpu',
      similarity: false,
      feature: false,
      rows,
      fusion,
    });
    const session = await openSession(graph, device);
    return new FeatureExtractor(session, network, study, cast, rule, precision, inputs);
  }

  private async run(input: Float32Array, planned: PlannedScale, wantRows: boolean): Promise<ScaleResult> {
    const maps = this.rule === null ? 'cam' : 'fused';
    const feeds = imageFeeds(this.session, input, planned);
    const results = await this.session.run(feeds, wantRows ? [maps, 'rows'] : [maps]);
    const cam = results[maps];
    checkHalf(floats(cam), this.precision);
    const [, h = 0, w = 0] = cam?.dims ?? [];
    return {
      height: h,
      width: w,
      cam: floats(cam),
      rows: wantRows ? await this.halves(results['rows']) : null,
    };
  }

  private async halves(rows: ort.Tensor | undefined): Promise<Uint16Array> {
    return this.cast ? this.cast.halves(floats(rows)) : halfBits(rows);
  }

  /**
   * @param path the image's file, for messages
   * @param classes its classes
   * @throws InputError when the image is too large; the signal's reason when cancelled
   */
  async extract(
    path: string,
    image: DecodedImage,
    classes: readonly number[],
    signal: AbortSignal,
  ): Promise<ImageFeatures> {
    const { clustering, inference } = this.study.settings;
    // Features are those of scale 1, also when the study leaves that scale out of its CAMs.
    const withOne = inference.scales.includes(1) ? inference.scales : [1, ...inference.scales];
    const { scales } = planScales({ path, ...image }, withOne, this.network.fixedSize, defaultPixelLimit());
    const { mean, std } = this.study.network;
    const inputs = new ScaleInputs(this.inputs, image, { mean, std, mirror: inference.mirror }, scales);
    const maps: ScaleResult[] = [];
    let features: ScaleResult | null = null;
    try {
      for (const planned of scales) {
        await pause(signal);
        const { scale } = planned;
        const result = await inputs.use(planned, (input) => this.run(input, planned, scale === 1));
        if (scale === 1) features = result;
        if (inference.scales.includes(scale) || this.network.fixedSize) maps.push(result);
      }
    } finally {
      inputs.end();
    }
    if (!features?.rows) throw new Error(`no features at scale 1 of ${path}`);
    const { height, width, rows } = features;
    const sides = new Map<number, Uint8Array>();
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
      sides.set(
        classIndex,
        splitByCam(resizeNearest(cam, image.height, image.width, height, width), clustering.split),
      );
    }
    return { height, width, rows, sides };
  }

  async release(): Promise<void> {
    await this.session.release();
    await this.cast?.release();
  }
}
