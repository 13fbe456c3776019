/** Some images of one size on their way through the network, scale by scale: each waits until all are there. */
import type { Batching } from './batching';

/** One image at one scale. */
export interface BatchTurn<In, Out> {
  /** What must be the same for all that are run together: network, prototypes or not, and size. */
  readonly key: string;
  readonly pixels: number;
  readonly input: In;
  readonly alone: () => Promise<Out>;
  readonly together: (inputs: readonly In[]) => Promise<readonly Out[]>;
  readonly arrays: (result: Out) => readonly ArrayBufferView[];
}

interface Waiting<In, Out> {
  readonly turn: BatchTurn<In, Out>;
  readonly end: (result: PromiseSettledResult<Out>) => void;
}

async function oneByOne<In, Out>(waiting: readonly Waiting<In, Out>[]): Promise<PromiseSettledResult<Out>[]> {
  const results: PromiseSettledResult<Out>[] = [];
  for (const { turn } of waiting) results.push(...(await Promise.allSettled([turn.alone()])));
  return results;
}

export class ImageBatch<In, Out> {
  readonly #batching: Batching;
  /** Images that have not left. */
  #present: number;
  #waiting: Waiting<In, Out>[] = [];

  constructor(batching: Batching, count: number) {
    this.#batching = batching;
    this.#present = count;
  }

  /**
   * Runs an image as soon as the others are there.
   * @throws what running it alone throws
   */
  async run(turn: BatchTurn<In, Out>): Promise<Out> {
    const result = await new Promise<PromiseSettledResult<Out>>((end) => {
      this.#waiting.push({ turn, end });
      this.#go();
    });
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  }

  /** An image that takes no further turn, whether it is done or failed; once for each. */
  leave(): void {
    this.#present -= 1;
    this.#go();
  }

  #go(): void {
    const all = this.#waiting;
    const [first] = all;
    if (first === undefined || all.length < this.#present) return;
    this.#waiting = [];
    const end = (results: readonly PromiseSettledResult<Out>[]) => {
      for (const [place, result] of results.entries()) all[place]?.end(result);
    };
    const fail = (reason: unknown) => {
      for (const { end } of all) end({ status: 'rejected', reason });
    };
    this.#run(all, first.turn).then(end, fail);
  }

  #run(
    all: readonly Waiting<In, Out>[],
    { key, pixels, together, arrays }: BatchTurn<In, Out>,
  ): Promise<readonly PromiseSettledResult<Out>[]> {
    const alone = () => oneByOne(all);
    const { most, pixelLimit } = this.#batching;
    const whole = all.length === most && pixels * most <= pixelLimit;
    if (!whole || all.some(({ turn }) => turn.key !== key)) return alone();
    return this.#batching.run({
      key,
      alone,
      together: () => together(all.map(({ turn }) => turn.input)),
      arrays,
    });
  }
}
