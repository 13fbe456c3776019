/** Memory for network inputs, used again and again: fresh pages cost as much as the pixels that are written to them. */

/** A larger one is for one image of many megapixels, and not worth keeping. */
const mostKept = 32 << 20;

export class InputBuffers {
  #free: Float32Array<ArrayBuffer> | null = null;

  /**
   * Lends `length` floats, of any values, until `work` has ended. What is still lent is never lent twice.
   * @returns what `work` gives
   */
  async lend<T>(length: number, work: (floats: Float32Array<ArrayBuffer>) => Promise<T>): Promise<T> {
    const buffer = this.#take(length);
    try {
      return await work(buffer.subarray(0, length));
    } finally {
      this.#giveBack(buffer);
    }
  }

  /** Gives back what is not lent. */
  clear(): void {
    this.#free = null;
  }

  #take(length: number): Float32Array<ArrayBuffer> {
    const kept = this.#free;
    this.#free = null;
    return kept !== null && kept.length >= length ? kept : new Float32Array(length);
  }

  #giveBack(buffer: Float32Array<ArrayBuffer>): void {
    if (buffer.length <= mostKept && buffer.length > (this.#free?.length ?? 0)) this.#free = buffer;
  }
}
