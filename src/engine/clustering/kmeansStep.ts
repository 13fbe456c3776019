/** The k-means graph on a device: blocks of rows in, labels and sums out. */
import * as ort from 'onnxruntime-node';
import { buildKmeansGraph } from '../../network/kmeansGraph';
import type { RowType } from '../../network/kmeansGraph';
import type { DeviceName } from '../../protocol/studyFile';
import { openSession } from '../session';
import { HalfCast, hasHalves } from './halfCast';
import type { RowBlock } from './rows';

export interface StepResult {
  /** Centre of largest cosine per row. */
  readonly labels: Int32Array;
  /** That cosine. */
  readonly best: Float32Array;
  /** Raw rows summed per centre, [K, C]. */
  readonly sums: Float32Array;
}

function floats(tensor: ort.Tensor | undefined): Float32Array {
  if (!(tensor?.data instanceof Float32Array)) throw new Error('the k-means graph gave no float output');
  return tensor.data;
}

export class KmeansStep {
  private constructor(
    private readonly session: ort.InferenceSession,
    private readonly channels: number,
    private readonly cast: HalfCast | null,
  ) {}

  static async open(channels: number, type: RowType, device: DeviceName): Promise<KmeansStep> {
    const cast = type === 'float32' || hasHalves(device) ? null : await HalfCast.open();
    const graph = buildKmeansGraph(channels, cast ? 'float32' : type);
    return new KmeansStep(await openSession(graph, device), channels, cast);
  }

  private async feeds(block: RowBlock, unitCentres: Float32Array): Promise<Record<string, ort.Tensor>> {
    const k = unitCentres.length / this.channels;
    const dims = [block.count, this.channels];
    const data =
      this.cast && block.data instanceof Uint16Array ? await this.cast.floats(block.data) : block.data;
    return {
      rows:
        data instanceof Float32Array
          ? new ort.Tensor('float32', data, dims)
          : new ort.Tensor('float16', data, dims),
      centres: new ort.Tensor('float32', unitCentres, [k, this.channels]),
      places: new ort.Tensor(
        'float32',
        Float32Array.from({ length: k }, (_, place) => place),
        [k, 1],
      ),
    };
  }

  /** @param unitCentres [K, C] */
  async assign(block: RowBlock, unitCentres: Float32Array): Promise<StepResult> {
    const results = await this.session.run(await this.feeds(block, unitCentres), ['labels', 'best', 'sums']);
    const labels = results['labels']?.data;
    if (!(labels instanceof Int32Array)) throw new Error('the k-means graph gave no labels');
    return { labels, best: floats(results['best']), sums: floats(results['sums']) };
  }

  /** Cosine of each row with each centre, [rows of the block, K]. */
  async cosines(block: RowBlock, unitCentres: Float32Array): Promise<Float32Array> {
    return floats((await this.session.run(await this.feeds(block, unitCentres), ['cosines']))['cosines']);
  }

  async release(): Promise<void> {
    await this.session.release();
    await this.cast?.release();
  }
}
