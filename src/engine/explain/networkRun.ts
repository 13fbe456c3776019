/** One image through the network, scale by scale. */
import * as ort from 'onnxruntime-node';
import { basename } from 'node:path';
import { InputError } from '../../lpcam/inputError';
import type { Notice } from '../../lpcam/notice';
import { toHalves } from '../../lpcam/halves';
import { inPrecision } from '../../network/halfNetwork';
import { nth } from '../../network/graphBuilder';
import { buildMapsGraph } from '../../network/mapsGraph';
import { takesSeveral } from '../../network/networkViews';
import type { ScaleMaps } from '../../protocol/explanation';
import type { DeviceName, PrecisionName } from '../../protocol/deviceNames';
import type { LoadedCheckpoint } from '../checkpoints';
import { halfBits, hasHalves } from '../clustering/halfCast';
import { checkHalf } from '../halfOverflow';
import { DeviceError, lackedMemory, runtimeMessage } from '../failure';
import type { ImageBatch } from '../batching/imageBatch';
import { imageFeeds } from '../imageFeeds';
import type { ScaleInputs } from '../image/scaleInputs';
import { networkPrecision } from '../networkPrecision';
import { ownFloats } from '../ownBytes';
import type { SessionPool } from '../sessionPool';
import type { CentreRows } from './centres';
import type { Fusion } from './fusion';
import type { PlannedScale } from './plan';

export interface RunOptions {
  readonly path: string;
  readonly checkpoint: LoadedCheckpoint;
  readonly mirror: boolean;
  /** Null: none is asked for. */
  readonly fusion: Fusion | null;
  readonly device: DeviceName;
  readonly precision: PrecisionName;
  readonly sessions: SessionPool;
  /** With the mirror's, where there is one. */
  readonly inputs: ScaleInputs<PlannedScale>;
  /** Other images that may take the network together with this one. */
  readonly batch: NetworkBatch | null;
}

/** An image's part of a run of the network: its views, [B, 3, height, width], and the centres it is compared with. */
interface NetworkInput {
  readonly floats: Float32Array<ArrayBuffer>;
  readonly centres: CentreRows | null;
}

/** Images of one size that go through the network together. */
export type NetworkBatch = ImageBatch<NetworkInput, ScaleRun>;

/** One scale's maps of all N classes, and its logits. */
export interface ScaleRun {
  /** All classes, [N, h, w], and all centres asked for, [P, h, w]. */
  readonly maps: ScaleMaps;
  /** [N]. */
  readonly logits: Float32Array;
  /** Milliseconds that were waited for the input, and that the network took. */
  readonly resize: number;
  readonly network: number;
}

/** Images of fewer pixels a side shrink to nothing inside some networks. */
const tinySide = 64;

function floatsOf(outputs: ort.InferenceSession.OnnxValueMapType, name: string): ort.TypedTensor<'float32'> {
  const tensor = outputs[name];
  if (tensor?.type !== 'float32') throw new Error(`The maps graph gave no float output '${name}'.`);
  return tensor as ort.TypedTensor<'float32'>;
}

/** What the graph says of MCTformer's fusion; only the class maps where there are no centres. */
function fusedMaps(outputs: ort.InferenceSession.OnnxValueMapType): ScaleMaps['fusion'] {
  const floats = (name: string) =>
    outputs[name] === undefined ? new Float32Array(0) : ownFloats(floatsOf(outputs, name).data);
  const { affinity } = outputs;
  return {
    cam: floats('fused'),
    attention: floats('attention'),
    similarity: floats('viewSimilarity'),
    affinity:
      affinity === undefined
        ? null
        : affinity.type === 'float32'
          ? toHalves(affinity.data as Float32Array)
          : halfBits(affinity),
  };
}

/** Every array that a scale gives, for comparing bit by bit. */
function arraysOf({ maps, logits }: ScaleRun): ArrayBufferView[] {
  return [maps.cam, maps.similarity, logits];
}

export class NetworkRun {
  constructor(private readonly options: RunOptions) {}

  /**
   * Runs one scale in one pass: image and mirror, CAM, logits and similarity in one graph; on the CPU the two one after the other
   * (`buildMapsGraph`), elsewhere as one batch, and in runs over a data set with other images of its size where that gains
   * (`Batching`).
   * @throws what ONNX Runtime throws; `explainFailure` makes sense of it
   */
  run(planned: PlannedScale, centres: CentreRows | null): Promise<ScaleRun> {
    const { checkpoint, mirror, fusion, inputs, batch } = this.options;
    const { width, height } = planned;
    const started = performance.now();
    return inputs.use(planned, async (floats) => {
      const resize = performance.now() - started;
      const input = { floats, centres };
      const alone = async () => {
        const [only] = await this.#run(planned, [input], fusion);
        if (only === undefined) throw new Error('The network gave no maps.');
        return only;
      };
      if (batch === null || fusion !== null || !takesSeveral(checkpoint.network))
        return { ...(await alone()), resize };
      const similarity = this.#compares(input) ? 'with similarity' : 'without similarity';
      const ran = await batch.run({
        key: `${width} x ${height}, ${mirror ? 'mirrored, ' : ''}${similarity}`,
        pixels: width * height,
        input,
        alone,
        together: (all) => this.#run(planned, all, null),
        arrays: arraysOf,
      });
      return { ...ran, resize };
    });
  }

  #compares({ centres }: NetworkInput): boolean {
    return centres !== null && centres.ids.length > 0;
  }

  /** Runs images of one size, each compared with centres or none. */
  #run(
    planned: PlannedScale,
    inputs: readonly NetworkInput[],
    fusion: Fusion | null,
  ): Promise<readonly ScaleRun[]> {
    const { checkpoint, mirror, device, sessions, precision } = this.options;
    const images = inputs.length;
    const similarity = inputs.every((input) => this.#compares(input));
    const fused = fusion && {
      rule: fusion.rule,
      affinity: hasHalves(device) ? ('float16' as const) : ('float32' as const),
    };
    const variant = JSON.stringify([
      checkpoint.key,
      mirror,
      similarity,
      fused?.rule ?? null,
      precision,
      images,
    ]);
    const model = () =>
      buildMapsGraph(inPrecision(checkpoint.network, networkPrecision(device, precision)), {
        mirror,
        apart: device === 'cpu' && images === 1,
        images,
        similarity,
        feature: false,
        fusion: fused,
      });
    return sessions.use(variant, device, model, async (session, ran) => {
      const feeds = imageFeeds(
        session,
        inputs.map(({ floats }) => floats),
        planned,
      );
      for (const [place, { centres }] of inputs.entries())
        if (similarity && centres !== null) {
          const dims = [centres.ids.length, checkpoint.network.channels];
          feeds[nth('centres', place, images)] = new ort.Tensor('float32', centres.units, dims);
        }
      const left = fusion?.refined === false ? ['affinity'] : [];
      const wanted = session.outputNames.filter((name) => !left.includes(name));
      ran(planned.height * planned.width * (mirror ? 2 : 1) * images);
      const begun = performance.now();
      const outputs = await session.run(feeds, wanted);
      const network = (performance.now() - begun) / images;
      return inputs.map((_, place) => {
        const floats = (name: string) => floatsOf(outputs, nth(name, place, images));
        const cam = floats('cam');
        checkHalf(cam.data, precision);
        const [, height = 0, width = 0] = cam.dims;
        const maps: ScaleMaps = {
          scale: planned.scale,
          height,
          width,
          cam: ownFloats(cam.data),
          similarity: similarity ? ownFloats(floats('similarity').data) : new Float32Array(0),
          fusion: fusion && fusedMaps(outputs),
        };
        return { maps, logits: floats('logits').data, resize: 0, network };
      });
    });
  }

  /**
   * What to make of a scale that failed: a notice when the image can do without it.
   * @throws InputError for an image too small for the network, DeviceError for a device that failed
   */
  explainFailure(error: unknown, planned: PlannedScale, first: boolean): Notice {
    if (error instanceof DeviceError || error instanceof InputError) throw error;
    const { path, device } = this.options;
    const { scale, height, width } = planned;
    const what = `Scale ${scale} of ${basename(path)} (${width} x ${height})`;
    const leftOut = (why: string): Notice => ({
      kind: 'scale-left-out',
      message: `${what} was left out: ${why}.`,
      file: path,
    });
    const memory = lackedMemory(error);
    if (memory && !first) return leftOut(`the memory of ${device} is too small for it`);
    const tiny = !memory && Math.min(height, width) < tinySide;
    if (tiny && !first) return leftOut('it is too small for the network');
    if (tiny) {
      throw new InputError(
        `The image ${path} (${width} x ${height}) is too small for the network: ${runtimeMessage(error)}`,
        { file: path },
      );
    }
    throw new DeviceError(
      `${what} failed on ${device}: ${runtimeMessage(error)}${memory ? ' Shrink the image or choose another device.' : ''}`,
      { cause: error },
    );
  }
}
