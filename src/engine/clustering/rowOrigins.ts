/** Where each gathered row comes from, in a file beside the rows: two numbers a row, image and position. */
import { open, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { readFully } from './readFully';

/** An image that rows come from. */
export interface OriginImage {
  readonly id: string;
  /** Columns of its feature map. */
  readonly width: number;
}

/** Position of a row on its image's feature map. */
export interface Origin {
  readonly image: string;
  readonly row: number;
  readonly column: number;
}

/** Numbers per row: the image's place in the list, the position on its map. */
const numbers = 2;

/** Encodes the origins of an image's rows, in their order. */
export function encodeOrigins(image: number, positions: Uint32Array): Uint8Array {
  const encoded = new Uint32Array(positions.length * numbers);
  positions.forEach((position, i) => encoded.set([image, position], i * numbers));
  return new Uint8Array(encoded.buffer);
}

/** Origins of some rows. */
class OriginBlock {
  constructor(
    private readonly images: readonly OriginImage[],
    private readonly encoded: Uint32Array,
  ) {}

  place(index: number): Origin {
    const image = this.images[this.encoded[index * numbers] ?? -1];
    const position = this.encoded[index * numbers + 1];
    if (!image || position === undefined) throw new Error(`row ${index} of a block comes from no image`);
    return { image: image.id, row: Math.floor(position / image.width), column: position % image.width };
  }
}

export class RowOrigins {
  private constructor(
    private readonly path: string,
    private readonly handle: FileHandle,
    private readonly images: readonly OriginImage[],
  ) {}

  static async open(path: string, images: readonly OriginImage[]): Promise<RowOrigins> {
    return new RowOrigins(path, await open(path, 'r'), images);
  }

  /** Origins of `count` rows from row `start` on. */
  async of(start: number, count: number): Promise<OriginBlock> {
    const encoded = new Uint32Array(count * numbers);
    const size = numbers * encoded.BYTES_PER_ELEMENT;
    await readFully(this.handle, new Uint8Array(encoded.buffer), start * size);
    return new OriginBlock(this.images, encoded);
  }

  /** Deletes the file, too. */
  async close(): Promise<void> {
    await this.handle.close();
    await rm(this.path, { force: true });
  }
}
