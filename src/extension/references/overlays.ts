/**
 * Overlays for hovers: small pictures with their figures, kept on disk in the extension's own storage, so that one that
 * was computed once is there after a reload and in a workspace that nobody trusts.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { overlayFiguresSchema, type Overlay, type OverlayFigures } from '../../protocol/reference';

export interface KeptOverlay {
  /** Path of the PNG. */
  readonly picture: string;
  readonly figures: OverlayFigures;
}

/** About 100 KB each. */
const mostKept = 300;

async function writeWhole(path: string, data: Uint8Array | string): Promise<void> {
  const part = `${path}.${randomBytes(4).toString('hex')}.part`;
  try {
    await writeFile(part, data);
    await rename(part, path);
  } finally {
    await rm(part, { force: true });
  }
}

export class OverlayStore {
  /** @param folder made when it is needed */
  constructor(private readonly folder: string) {}

  /** @param state names the image and everything its maps depend on; another one is another overlay */
  async find(state: string): Promise<KeptOverlay | null> {
    try {
      const raw: unknown = JSON.parse(await readFile(this.#path(state, 'json'), 'utf8'));
      const figures = overlayFiguresSchema.safeParse(raw);
      const picture = this.#path(state, 'png');
      return figures.success && (await stat(picture)).isFile() ? { picture, figures: figures.data } : null;
    } catch {
      // Not kept, or only half of it is left: computed again when somebody asks.
      return null;
    }
  }

  async keep(state: string, overlay: Overlay): Promise<KeptOverlay> {
    const figures = overlayFiguresSchema.parse(overlay);
    const picture = this.#path(state, 'png');
    await mkdir(this.folder, { recursive: true });
    await writeWhole(picture, overlay.png);
    await writeWhole(this.#path(state, 'json'), JSON.stringify(figures));
    await this.#prune();
    return { picture, figures };
  }

  #path(state: string, ending: 'png' | 'json'): string {
    if (!/^[0-9a-f]{64}$/.test(state)) throw new Error('The state of an overlay is a SHA-256.');
    return join(this.folder, `${state}.${ending}`);
  }

  /** Lets the oldest go. */
  async #prune(): Promise<void> {
    const names = (await readdir(this.folder)).filter((name) => name.endsWith('.png'));
    if (names.length <= mostKept) return;
    const aged = await Promise.all(
      names.map(async (name) => ({ name, time: (await stat(join(this.folder, name))).mtimeMs })),
    );
    aged.sort((one, other) => one.time - other.time);
    for (const { name } of aged.slice(0, names.length - mostKept)) {
      await rm(join(this.folder, name), { force: true });
      await rm(join(this.folder, name.replace(/png$/, 'json')), { force: true });
    }
  }
}
