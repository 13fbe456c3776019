/** Image files looked at last: their pixels, and what names their content. */
import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { fileVersion } from '../fileVersion';
import { decodeImageBytes, readImageFile, type DecodedImage } from './decode';

/** An image file as it was when it was opened. It is read at most once, and only when it must be. */
export interface ImageFile {
  /** SHA-256 of its bytes, hex. @throws InputError when it cannot be read */
  contentHash(): Promise<string>;
  /** @throws InputError when it is no image, damaged, or too large */
  decoded(): Promise<DecodedImage>;
}

const decodedBytes = 192 << 20;
const mostHashes = 200_000;

export class ImageFiles {
  /** By the file's version; images that several ask for at once are decoded once. */
  readonly #decoded = new LRUCache<string, DecodedImage>({
    maxSize: decodedBytes,
    sizeCalculation: ({ rgb }) => rgb.byteLength + 256,
  });
  readonly #decoding = new Map<string, Promise<DecodedImage>>();
  /** By the file's version: a file that nobody wrote is hashed once. */
  readonly #hashes = new LRUCache<string, string>({ max: mostHashes });

  /** Null where there is no such file. */
  async open(path: string): Promise<ImageFile | null> {
    const version = await fileVersion(path);
    if (version === null) return null;
    let reading: Promise<Buffer> | undefined;
    const read = () => (reading ??= readImageFile(path));
    return {
      contentHash: async () => {
        const known = this.#hashes.get(version);
        if (known !== undefined) return known;
        const hash = createHash('sha256')
          .update(await read())
          .digest('hex');
        this.#hashes.set(version, hash);
        return hash;
      },
      decoded: () => this.#decode(version, async () => decodeImageBytes(path, await read())),
    };
  }

  clear(): void {
    this.#decoded.clear();
  }

  async #decode(version: string, decode: () => Promise<DecodedImage>): Promise<DecodedImage> {
    const known = this.#decoded.get(version);
    if (known !== undefined) return known;
    const underway = this.#decoding.get(version) ?? decode();
    this.#decoding.set(version, underway);
    try {
      const image = await underway;
      this.#decoded.set(version, image);
      return image;
    } finally {
      this.#decoding.delete(version);
    }
  }
}
