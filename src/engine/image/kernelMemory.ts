/** The memory of a WebAssembly kernel, and where things lie in it. */

/** What of WebAssembly.Memory is used; Node's types do not have it. */
export interface KernelMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

const pageBytes = 1 << 16;
/** Kernels work in steps of 16 bytes and so may touch a step beyond a line's end. */
const step = 16;

/** Hands out addresses one after the other, each at the start of a step and followed by a free one. */
export class KernelLayout {
  #used = 0;

  /** @param length bytes */
  place(length: number): number {
    const at = this.#used;
    this.#used += (Math.ceil(length / step) + 1) * step;
    return at;
  }

  /** Makes the memory large enough. Views of it made before are gone. */
  fit(memory: KernelMemory): void {
    const missing = this.#used - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / pageBytes));
  }
}
