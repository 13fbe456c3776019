/** An image that is decoded before its turn, while the network runs on another. */
import { fileVersion } from '../fileVersion';
import { decodeImage, type DecodedImage } from './decode';

interface Ahead {
  readonly path: string;
  /** Of the file, before it was read. */
  readonly version: Promise<string | null>;
  readonly image: Promise<DecodedImage>;
}

export class ImageAhead {
  #ahead: Ahead | null = null;

  /** Starts reading an image; the one that was read before and not taken is dropped. */
  read(path: string): void {
    const version = fileVersion(path);
    const image = version.then(() => decodeImage(path));
    // Whoever takes it is told.
    image.catch(() => undefined);
    this.#ahead = { path, version, image };
  }

  /**
   * The image of that version of the file, read ahead or now.
   * @throws InputError as `decodeImage`
   */
  async take(path: string, version: string): Promise<DecodedImage> {
    const ahead = this.#ahead;
    this.#ahead = null;
    return ahead?.path === path && (await ahead.version) === version ? ahead.image : decodeImage(path);
  }
}
