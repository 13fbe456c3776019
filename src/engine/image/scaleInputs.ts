/** The network's inputs of one image, size after size: while one is used, the next is made, where that is done aside. */
import type { DecodedImage } from './decode';
import type { InputMaker } from './inputMaker';
import type { InputTask } from './inputTask';

export interface InputSize {
  readonly height: number;
  readonly width: number;
}

type Floats = Float32Array<ArrayBuffer>;

export class ScaleInputs<Size extends InputSize> {
  #ahead: { readonly size: Size; readonly floats: Promise<Floats> } | null = null;

  /**
   * Begins with the first.
   * @param sizes in the order in which they will be used; one that is not may be left out
   */
  constructor(
    private readonly maker: InputMaker,
    private readonly image: Pick<DecodedImage, 'rgb' | 'height' | 'width'>,
    private readonly form: Pick<InputTask, 'mean' | 'std' | 'mirror'>,
    private readonly sizes: readonly Size[],
  ) {
    this.#begin(sizes[0]);
  }

  /**
   * Gives the input of one of the sizes, [B, 3, height, width], to `work`, which it is for until it has ended.
   * @returns what `work` gives
   */
  async use<T>(size: Size, work: (floats: Floats) => Promise<T>): Promise<T> {
    const making = this.#take(size);
    try {
      const floats = await making;
      this.#begin(this.sizes[this.sizes.indexOf(size) + 1]);
      return await work(floats);
    } finally {
      this.#giveBack(making);
    }
  }

  /** No further one is used. */
  end(): void {
    if (this.#ahead !== null) this.#giveBack(this.#ahead.floats);
    this.#ahead = null;
  }

  #take(size: Size): Promise<Floats> {
    if (this.#ahead?.size !== size) return this.#make(size);
    const { floats } = this.#ahead;
    this.#ahead = null;
    return floats;
  }

  #begin(size: Size | undefined): void {
    this.end();
    if (size !== undefined && this.maker.aside) this.#ahead = { size, floats: this.#make(size) };
  }

  #make({ height, width }: Size): Promise<Floats> {
    const { rgb, height: fromHeight, width: fromWidth } = this.image;
    const task = { rgb, height: fromHeight, width: fromWidth, outHeight: height, outWidth: width };
    const floats = this.maker.make({ ...task, ...this.form });
    // Whoever uses it is told; one that nobody uses is nobody's concern.
    floats.catch(() => undefined);
    return floats;
  }

  #giveBack(making: Promise<Floats>): void {
    making.then(
      (floats) => this.maker.giveBack(floats),
      () => undefined,
    );
  }
}
