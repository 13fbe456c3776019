/**
 * Whether the images of a run over a data set take the network together, found out by the run itself: an image's bytes must
 * not depend on which others are run with it, since shares of a data set come out the same for any number of them, and what a
 * batch gains is the device's own affair. So the first batch of each size is run both ways and compared bit by bit, and the first
 * few are timed.
 */
import { runtimeMessage } from '../failure';
import { ImageBatch } from './imageBatch';

export interface BatchingOptions {
  /** Images of a batch. */
  readonly most: number;
  /** Pixels of the largest input of all images of a batch together. */
  readonly pixelLimit: number;
  /** Takes lines for the log. */
  readonly log: (text: string) => void;
}

/** The same images both ways. */
export interface BothWays<Out> {
  /** What decides the kernels: network, prototypes or not, size. */
  readonly key: string;
  /** One by one; each has its result or its own error. */
  readonly alone: () => Promise<PromiseSettledResult<Out>[]>;
  readonly together: () => Promise<readonly Out[]>;
  /** Every array of a result, for comparing. */
  readonly arrays: (result: Out) => readonly ArrayBufferView[];
}

/** Batches that are run both ways and timed before it is decided; the first of a size only warms it up. */
const timedBatches = 3;

type Verdict = 'warmed' | 'timed' | 'apart';

function sameBits(a: ArrayBufferView, b: ArrayBufferView): boolean {
  const bytes = (view: ArrayBufferView) => Buffer.from(view.buffer, view.byteOffset, view.byteLength);
  return bytes(a).equals(bytes(b));
}

export class Batching {
  readonly most: number;
  readonly pixelLimit: number;
  readonly #log: (text: string) => void;
  readonly #verdicts = new Map<string, Verdict>();
  /** Milliseconds of the batches that were timed. */
  readonly #times = { alone: 0, together: 0, batches: 0 };
  /** Null: not decided. */
  #pays: boolean | null = null;

  constructor({ most, pixelLimit, log }: BatchingOptions) {
    this.most = most;
    this.pixelLimit = pixelLimit;
    this.#log = log;
  }

  /** Whether it is still worth while to look for images of one size. */
  get open(): boolean {
    return this.#pays !== false;
  }

  /** For some images, which say when they have gone through the network. */
  batch<In, Out>(count: number): ImageBatch<In, Out> {
    return new ImageBatch(this, count);
  }

  /** Runs a whole batch: together where that is the same and faster, else one by one, and both ways to find out. */
  async run<Out>(both: BothWays<Out>): Promise<readonly PromiseSettledResult<Out>[]> {
    const verdict = this.#verdicts.get(both.key);
    if (this.#pays === false || verdict === 'apart') return both.alone();
    const begun = performance.now();
    let together: readonly Out[];
    try {
      together = await both.together();
    } catch (error) {
      // What is wrong with an image, and not with the batch, is said when it is run alone.
      this.#refuse(both.key, `do not fit (${runtimeMessage(error)})`);
      return both.alone();
    }
    const done = together.map((value) => ({ status: 'fulfilled', value }) as const);
    if (verdict === 'timed' || (verdict === 'warmed' && this.#pays !== null)) return done;
    const between = performance.now();
    const alone = await both.alone();
    if (verdict === undefined) {
      if (this.#equal(alone, together, both.arrays)) this.#verdicts.set(both.key, 'warmed');
      else this.#refuse(both.key, 'have other last digits than one by one');
    } else {
      this.#verdicts.set(both.key, 'timed');
      this.#time(performance.now() - between, between - begun);
    }
    return alone;
  }

  #equal<Out>(
    alone: readonly PromiseSettledResult<Out>[],
    together: readonly Out[],
    arrays: BothWays<Out>['arrays'],
  ): boolean {
    return alone.every((one, place) => {
      const other = together[place];
      if (one.status === 'rejected' || other === undefined) return false;
      const others = arrays(other);
      return arrays(one.value).every((array, i) => {
        const found = others[i];
        return found !== undefined && sameBits(array, found);
      });
    });
  }

  #refuse(key: string, why: string): void {
    this.#verdicts.set(key, 'apart');
    this.#log(`Batches: ${this.most} images of ${key} ${why}; such images are run one by one.`);
  }

  #time(alone: number, together: number): void {
    this.#times.alone += alone;
    this.#times.together += together;
    if (++this.#times.batches < timedBatches) return;
    this.#pays = this.#times.together < this.#times.alone;
    const each = (milliseconds: number) => (milliseconds / timedBatches / this.most).toFixed(1);
    this.#log(
      `Batches: ${this.most} images of one size together take ${each(this.#times.together)} ms each, one by one ` +
        `${each(this.#times.alone)} ms; they are run ${this.#pays ? 'together, with the same bits' : 'one by one'}.`,
    );
  }
}
