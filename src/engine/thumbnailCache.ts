/**
 * A folder that keeps crops of images over sessions, one PNG each, bounded in bytes: those used longest ago go first.
 * It is an aid, never a need: what cannot be read is made anew, and where nothing can be written nothing is kept.
 * Several processes may share it. Not cacache or keyv: the former keeps every version until told, the latter knows no
 * bound in bytes, and neither forgets by last use.
 */
import { open, readdir, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import pLimit from 'p-limit';
import sharp from 'sharp';
import { ownBytes } from './ownBytes';
import { writeWhole } from './writeWhole';

export interface ThumbnailCacheOptions {
  /** Bytes that the folder may hold. */
  readonly mostBytes?: number;
  /** Takes one line when nothing can be kept. */
  readonly log?: (text: string) => void;
}

interface Entry {
  readonly path: string;
  readonly size: number;
  /** When it was used last, to the hour; milliseconds. */
  readonly used: number;
}

const defaultBytes = 256 << 20;
/** Share of the bound that is left after forgetting, so that it is not done for every crop. */
const leftOver = 0.8;
/** Milliseconds after which a use is noted again: reading must not mean writing. */
const noteUseAfter = 3_600_000;
/** A crop half written by a process that was ended. */
const abandoned = 3_600_000;

export class ThumbnailCache {
  readonly #mostBytes: number;
  readonly #log: (text: string) => void;
  /** Few at a time: crops that somebody waits for come first. */
  readonly #writes = pLimit(4);
  readonly #underway = new Set<Promise<void>>();
  #off = false;
  /** Bytes in the folder; null: not counted yet. */
  #bytes: number | null = null;
  #sweeping: Promise<void> | null = null;

  constructor(
    private readonly folder: string,
    { mostBytes = defaultBytes, log = () => undefined }: ThumbnailCacheOptions = {},
  ) {
    this.#mostBytes = mostBytes;
    this.#log = log;
  }

  /** @returns RGBA, [size, size, 4]; null where it was never kept, was forgotten, or is damaged */
  async get(key: string, size: number): Promise<Uint8Array<ArrayBuffer> | null> {
    const path = this.#path(key);
    const png = await this.#read(path);
    if (png === null) return null;
    try {
      const { data, info } = await sharp(png, { failOn: 'warning', limitInputPixels: size * size })
        .ensureAlpha()
        .raw({ depth: 'uchar' })
        .toBuffer({ resolveWithObject: true });
      if (info.width === size && info.height === size && info.channels === 4)
        return ownBytes(new Uint8Array(data));
    } catch {
      // Cut short or overwritten: made anew like one that is not there.
    }
    await rm(path, { force: true }).catch(() => undefined);
    return null;
  }

  /** Keeps a crop, in a while; `settled` waits for it. */
  keep(key: string, rgba: Uint8Array, size: number): void {
    if (this.#off) return;
    const work = this.#writes(() => this.#write(key, rgba, size)).catch((error: unknown) =>
      this.#stop(error),
    );
    this.#underway.add(work);
    void work.finally(() => this.#underway.delete(work));
  }

  /** Waits until what was to be kept is kept, and the folder is within its bound. */
  async settled(): Promise<void> {
    while (this.#underway.size > 0) await Promise.all(this.#underway);
    await this.#sweeping;
  }

  #path(key: string): string {
    return join(this.folder, key.slice(0, 2), `${key}.png`);
  }

  async #read(path: string): Promise<Buffer | null> {
    try {
      await using file = await open(path);
      const { mtimeMs } = await file.stat();
      const now = new Date();
      // Of a folder that can only be read, the crops are used all the same.
      if (now.getTime() - mtimeMs > noteUseAfter) await utimes(path, now, now).catch(() => undefined);
      return await file.readFile();
    } catch {
      return null;
    }
  }

  async #write(key: string, rgba: Uint8Array, size: number): Promise<void> {
    if (this.#off) return;
    const png = await sharp(rgba, { raw: { width: size, height: size, channels: 4 } })
      .png({ compressionLevel: 6, adaptiveFiltering: true })
      .toBuffer();
    await writeWhole(this.#path(key), png);
    if (this.#bytes !== null) this.#bytes += png.length;
    if (this.#bytes === null || this.#bytes > this.#mostBytes)
      this.#sweeping ??= this.#sweep().finally(() => (this.#sweeping = null));
  }

  #stop(error: unknown): void {
    if (this.#off) return;
    this.#off = true;
    const why = error instanceof Error ? error.message : String(error);
    this.#log(`Pictures of patches are not kept in ${this.folder}, so each session makes them anew: ${why}`);
  }

  /** Counts what is there and forgets what was used longest ago. */
  async #sweep(): Promise<void> {
    const entries = await this.#entries();
    let bytes = entries.reduce((sum, { size }) => sum + size, 0);
    if (bytes > this.#mostBytes) {
      entries.sort((a, b) => a.used - b.used);
      for (const { path, size } of entries) {
        if (bytes <= this.#mostBytes * leftOver) break;
        // Another process may have been quicker, or may hold it open (Windows).
        await rm(path, { force: true }).catch(() => undefined);
        bytes -= size;
      }
    }
    this.#bytes = bytes;
  }

  async #entries(): Promise<Entry[]> {
    const entries: Entry[] = [];
    for (const shard of await readdir(this.folder).catch(() => [])) {
      const folder = join(this.folder, shard);
      for (const name of await readdir(folder).catch(() => [])) {
        const path = join(folder, name);
        const stats = await stat(path).catch(() => null);
        if (!stats?.isFile()) continue;
        if (name.endsWith('.png')) entries.push({ path, size: stats.size, used: stats.mtimeMs });
        else if (name.endsWith('.part') && Date.now() - stats.mtimeMs > abandoned)
          await rm(path, { force: true }).catch(() => undefined);
      }
    }
    return entries;
  }
}
