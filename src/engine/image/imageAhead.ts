/** Images that are decoded before their turn, while the network runs on others. */
import { fileVersion } from '../fileVersion';
import { decodeImage, type DecodedImage } from './decode';

interface Ahead {
  /** Of the file, before it was read. */
  readonly version: Promise<string | null>;
  readonly image: Promise<DecodedImage>;
}

export class ImageAhead {
  /** Those whose turn it is, and those after them. */
  #now = new Map<string, Ahead>();
  #next = new Map<string, Ahead>();

  /** Starts reading the images after those whose turn it is; what is not taken in its turn is dropped. */
  read(paths: readonly string[]): void {
    this.#now = this.#next;
    this.#next = new Map(
      paths.map((path) => {
        const version = fileVersion(path);
        const image = version.then(() => decodeImage(path));
        // Whoever takes it is told.
        image.catch(() => undefined);
        return [path, { version, image }];
      }),
    );
  }

  /**
   * The image of that version of the file, read ahead or now.
   * @throws InputError as `decodeImage`
   */
  async take(path: string, version: string): Promise<DecodedImage> {
    const ahead = this.#now.get(path);
    this.#now.delete(path);
    return (await ahead?.version) === version && ahead !== undefined ? ahead.image : decodeImage(path);
  }
}
