/** The k-means graphs on a device: blocks of rows in, labels and sums out. */
import * as ort from 'onnxruntime-node';
import { buildCosinesGraph, buildKmeansGraph } from '../../network/kmeansGraph';
import type { RowType } from '../../network/kmeansGraph';
import type { DeviceName } from '../../protocol/deviceNames';
import { openSession } from '../session';
import { HalfCast, hasHalves } from './halfCast';
import type { RowBlock } from './rows';

export interface StepResult {
  /** Centre of largest cosine per row. */
  readonly labels: Int32Array;
  /** Raw rows summed per centre, [K, C]. */
  readonly sums: Float32Array;
}

const graphs = { step: buildKmeansGraph, cosines: buildCosinesGraph } as const;

function floats(tensor: ort.Tensor | undefined): Float32Array {
  if (!(tensor?.data instanceof Float32Array)) throw new Error('the k-means graph gave no float output');
  return tensor.data;
}

export class KmeansStep {
  /** By graph and type of the rows, as they come. */
  private readonly sessions = new Map<string, ort.InferenceSession>();

  private constructor(
    readonly channels: number,
    readonly device: DeviceName,
    private readonly cast: HalfCast | null,
  ) {}

  /** @param type of the rows to come; float32 is always taken */
  static async open(channels: number, type: RowType, device: DeviceName): Promise<KmeansStep> {
    const cast = type === 'float32' || hasHalves(device) ? null : await HalfCast.open();
    return new KmeansStep(channels, device, cast);
  }

  private async session(graph: keyof typeof graphs, type: RowType): Promise<ort.InferenceSession> {
    const key = `${graph} ${type}`;
    const known = this.sessions.get(key);
    if (known) return known;
    const session = await openSession(graphs[graph](this.channels, type), this.device);
    this.sessions.set(key, session);
    return session;
  }

  private async run(
    graph: keyof typeof graphs,
    block: RowBlock,
    more: Record<string, ort.Tensor>,
    outputs: string[],
  ): Promise<ort.InferenceSession.ReturnType> {
    const dims = [block.count, this.channels];
    const data =
      this.cast && block.data instanceof Uint16Array ? await this.cast.floats(block.data) : block.data;
    if (data instanceof Float32Array) {
      const session = await this.session(graph, 'float32');
      return session.run({ rows: new ort.Tensor('float32', data, dims), ...more }, outputs);
    }
    const session = await this.session(graph, 'float16');
    return session.run({ rows: new ort.Tensor('float16', data, dims), ...more }, outputs);
  }

  private centres(unitCentres: Float32Array): ort.Tensor {
    return new ort.Tensor('float32', unitCentres, [unitCentres.length / this.channels, this.channels]);
  }

  /** @param unitCentres [K, C] */
  async assign(block: RowBlock, unitCentres: Float32Array): Promise<StepResult> {
    const centres = this.centres(unitCentres);
    const [k = 0] = centres.dims;
    const numbers = Float32Array.from({ length: k }, (_, place) => place);
    const places = new ort.Tensor('float32', numbers, [k, 1]);
    const results = await this.run('step', block, { centres, places }, ['labels', 'sums']);
    const labels = results['labels']?.data;
    if (!(labels instanceof Int32Array)) throw new Error('the k-means graph gave no labels');
    return { labels, sums: floats(results['sums']) };
  }

  /** Cosine of each row with each centre, [rows of the block, K]. */
  async cosines(block: RowBlock, unitCentres: Float32Array): Promise<Float32Array> {
    const centres = this.centres(unitCentres);
    return floats((await this.run('cosines', block, { centres }, ['cosines']))['cosines']);
  }

  async release(): Promise<void> {
    for (const session of this.sessions.values()) await session.release();
    await this.cast?.release();
  }
}
