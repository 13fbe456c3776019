/** The strides of networks: from the graph's origin, from maps that were computed, or measured. */
import * as ort from 'onnxruntime-node';
import { buildMapsGraph } from '../network/mapsGraph';
import type { LoadedCheckpoint } from './checkpoints';
import type { SessionPool } from './sessionPool';
import { strideOf } from './stride';

/** Side of the square on which a stride is measured; every usual stride divides it. */
const measuredSide = 448;

export class Strides {
  readonly #sessions: SessionPool;
  /** By the checkpoint's key. */
  readonly #known = new Map<string, number | null>();

  constructor(sessions: SessionPool) {
    this.#sessions = sessions;
  }

  /** Takes what an image's maps showed; null says nothing. */
  learn(checkpoint: LoadedCheckpoint, stride: number | null): void {
    if (stride !== null) this.#known.set(checkpoint.key, stride);
  }

  /** In pixels, as far as it is known without running anything. */
  known(checkpoint: LoadedCheckpoint): number | null {
    return this.#known.get(checkpoint.key) ?? null;
  }

  /** In pixels, measured on an empty image when no image has shown it yet; null: the maps' sides are no multiple. */
  async of(checkpoint: LoadedCheckpoint): Promise<number | null> {
    const known = this.#known.get(checkpoint.key);
    if (known !== undefined) return known;
    const { network } = checkpoint;
    if (network.origin !== null) return network.origin.stride;
    const stride = await this.#measure(checkpoint);
    this.#known.set(checkpoint.key, stride);
    return stride;
  }

  #measure({ key, network }: LoadedCheckpoint): Promise<number | null> {
    const [height, width] = network.fixedSize ?? [measuredSide, measuredSide];
    const options = { mirror: false, similarity: false, feature: false };
    return this.#sessions.use(
      JSON.stringify([key, false, false]),
      'cpu',
      () => buildMapsGraph(network, options),
      async (session, ran) => {
        ran(height * width);
        const image = new ort.Tensor('float32', new Float32Array(3 * height * width), [1, 3, height, width]);
        const { cam } = await session.run({ image });
        const [, rows = 0, columns = 0] = cam?.dims ?? [];
        return strideOf({ height, width }, { height: rows, width: columns });
      },
    );
  }
}
