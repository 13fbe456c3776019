/** What panels showed first, kept in memory for the next panel that is opened in the same way. */
import type { OpeningPicture } from '../../protocol/openingPicture';

export interface KeptPicture {
  readonly picture: OpeningPicture;
  /** Of the answer it shows. */
  readonly fingerprint: string;
  /** The files it was made of, as far as the panel knows them, with their stamps. */
  readonly files: ReadonlyMap<string, string>;
}

function bytesOf({ picture }: KeptPicture): number {
  return picture.panes.reduce((sum, pane) => sum + pane.bytes.byteLength, 0);
}

export class OpeningPictures {
  /** By occasion, the least recently used first. */
  readonly #kept = new Map<string, KeptPicture>();
  #bytes = 0;

  /** @param most bytes of pictures to keep; the least recently used go first */
  constructor(private readonly most: number) {}

  get bytes(): number {
    return this.#bytes;
  }

  /** @param occasion how a panel is opened: image, study and choices */
  get(occasion: string): KeptPicture | null {
    const kept = this.#kept.get(occasion);
    if (!kept) return null;
    this.#kept.delete(occasion);
    this.#kept.set(occasion, kept);
    return kept;
  }

  /** A picture that alone is more than may be kept is not. */
  keep(occasion: string, kept: KeptPicture): void {
    this.drop(occasion);
    if (bytesOf(kept) > this.most) return;
    this.#kept.set(occasion, kept);
    this.#bytes += bytesOf(kept);
    for (const oldest of this.#kept.keys()) {
      if (this.#bytes <= this.most) return;
      this.drop(oldest);
    }
  }

  drop(occasion: string): void {
    const kept = this.#kept.get(occasion);
    if (!kept) return;
    this.#kept.delete(occasion);
    this.#bytes -= bytesOf(kept);
  }
}
