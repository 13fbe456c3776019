/** Scores a few images: the part of the work that runs beside itself on every core. */
import { readFile } from 'node:fs/promises';
import { readMask, type Mask } from '../../formats/mask';
import type { SeedHint } from '../../formats/seed';
import { InputError } from '../../lpcam/inputError';
import { ignored } from '../../lpcam/metrics';
import { agreement, countImage, type ImageCounts, type PixelLevels } from '../../lpcam/triage/imageCounts';
import { columnsOf, type ScoreColumns } from '../../lpcam/triage/scoreColumns';
import { ThresholdLevels } from '../../lpcam/triage/thresholdLevels';
import { checkSize, readSeed, SeedSizeError, seedLevels, type ReadSeed } from './seedReading';

export interface ImageTask {
  readonly id: string;
  /** Paths of its seeds, one per folder. */
  readonly seeds: readonly string[];
  /** Path; null: there is no ground truth. */
  readonly mask: string | null;
  /** Class indices of its labels; null: it has none. */
  readonly labelled: readonly number[] | null;
}

/** What all images of a job have in common. */
export interface ScoreSetting {
  /** Per folder; one for label maps, whose value does not matter. */
  readonly thresholds: readonly (readonly number[])[];
  /** Foreground classes. */
  readonly classes: number;
  /** Classes of the study; null: nobody names them. */
  readonly named: number | null;
  readonly withMasks: boolean;
}

/** What a folder's files say about themselves. */
export interface SeedTraits {
  /** Files per dialect. */
  readonly dialects: Record<string, number>;
  /** Milliseconds since 1970; Infinity and -Infinity before any file. */
  readonly oldest: number;
  readonly newest: number;
  /** Images with a class that their labels do not have; with a label that the seed has nothing of. */
  readonly unlabelled: readonly string[];
  readonly unseeded: readonly string[];
  /** Images with maps that are zero or hold NaN. */
  readonly dead: readonly string[];
}

export interface ScoredChunk {
  /** Ids of the images in the columns, in their order. */
  readonly ids: readonly string[];
  /** Per folder. */
  readonly columns: readonly ScoreColumns[];
  readonly traits: readonly SeedTraits[];
  readonly agreement: Uint16Array<ArrayBuffer> | null;
  readonly problems: readonly { readonly id: string; readonly message: string; readonly size: boolean }[];
  /** Largest label id of seeds and masks. */
  readonly largestLabel: number;
}

/** One folder's part of a chunk, as it grows. */
class FolderPart {
  readonly counts: ImageCounts[] = [];
  readonly traits = {
    dialects: {} as Record<string, number>,
    oldest: Infinity,
    newest: -Infinity,
    unlabelled: [] as string[],
    unseeded: [] as string[],
    dead: [] as string[],
  };

  note(id: string, { dialect, modified, seeded, dead }: ReadSeed, labelled: readonly number[] | null): void {
    const { traits } = this;
    traits.dialects[dialect] = (traits.dialects[dialect] ?? 0) + 1;
    traits.oldest = Math.min(traits.oldest, modified);
    traits.newest = Math.max(traits.newest, modified);
    if (dead.length > 0) traits.dead.push(id);
    if (labelled === null) return;
    if (seeded.some((index) => !labelled.includes(index))) traits.unlabelled.push(id);
    if (labelled.some((index) => !seeded.includes(index))) traits.unseeded.push(id);
  }
}

async function maskOf(path: string): Promise<Mask> {
  const bytes = await readFile(path).catch((error: unknown) => {
    throw new InputError(`The mask ${path} cannot be read (${String(error)}).`, { file: path });
  });
  return readMask(bytes, path);
}

class Chunk {
  private readonly levels: readonly ThresholdLevels[];
  private readonly parts: readonly FolderPart[];
  private readonly ids: string[] = [];
  private readonly problems: { id: string; message: string; size: boolean }[] = [];
  private readonly agreements: Uint16Array[] = [];
  private largestLabel = 0;

  constructor(private readonly setting: ScoreSetting) {
    this.levels = setting.thresholds.map((thresholds) => new ThresholdLevels(thresholds));
    this.parts = setting.thresholds.map(() => new FolderPart());
  }

  async add(task: ImageTask): Promise<void> {
    try {
      await this.score(task);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      this.problems.push({ id: task.id, message: error.message, size: error instanceof SeedSizeError });
    }
  }

  private async score({ id, seeds: paths, mask: maskPath, labelled }: ImageTask): Promise<void> {
    const mask = maskPath === null ? null : await maskOf(maskPath);
    const seeds = await Promise.all(paths.map((path) => readSeed(path, mask, this.hint(labelled))));
    const size = mask ?? seeds.find(({ maps, labels }) => maps.length > 0 || labels !== null) ?? null;
    const whole = seeds.map((seed) =>
      seed.maps.length === 0 && seed.labels === null && size !== null
        ? { ...seed, width: size.width, height: size.height }
        : seed,
    );
    if (size !== null)
      whole.forEach((seed, at) =>
        checkSize(
          seed,
          paths[at] ?? id,
          size,
          mask === null ? 'the other seed' : `its mask ${maskPath ?? ''}`,
        ),
      );
    const levels = whole.map((seed, at) => seedLevels(seed, this.levels[at] ?? new ThresholdLevels([0])));
    const counts = whole.map((seed, at) => this.count(seed, levels[at], mask, paths[at] ?? id, labelled, at));
    // Nothing is kept of an image before all of it is known to be good.
    this.ids.push(id);
    counts.forEach((count, at) => this.parts[at]?.counts.push(count));
    whole.forEach((seed, at) => this.parts[at]?.note(id, seed, labelled));
    const [one, other] = levels;
    if (one !== undefined && other !== undefined) {
      const [rows = 1, columns = 1] = this.setting.thresholds.map(({ length }) => length);
      this.agreements.push(agreement(one, other, [rows, columns]));
    }
    this.see(mask, counts);
  }

  private hint(labelled: readonly number[] | null): SeedHint {
    return { classes: this.setting.named, labels: labelled, readAs: null };
  }

  private count(
    seed: ReadSeed,
    levels: PixelLevels | undefined,
    mask: Mask | null,
    path: string,
    labelled: readonly number[] | null,
    at: number,
  ): ImageCounts {
    if (levels === undefined) throw new RangeError('A seed without its levels.');
    const strange = seed.seeded.find((index) => index >= this.setting.classes);
    if (strange !== undefined)
      throw new InputError(
        `${path} has class ${strange}, but there are ${this.setting.classes} classes (0 to ${this.setting.classes - 1}).`,
        { file: path, field: 'keys' },
      );
    return countImage(
      {
        pixels: levels,
        mask: mask?.labels ?? null,
        labelled: labelled ?? [],
        seeded: seed.seeded,
        dead: seed.dead,
      },
      this.setting.thresholds[at]?.length ?? 1,
      this.setting.classes,
    );
  }

  private see(mask: Mask | null, counts: readonly ImageCounts[]): void {
    for (const { entries } of counts)
      this.largestLabel = Math.max(this.largestLabel, ...entries.map(({ label }) => label));
    if (mask === null) return;
    for (const label of mask.labels)
      if (label !== ignored && label > this.largestLabel) this.largestLabel = label;
  }

  get result(): ScoredChunk {
    const { thresholds, withMasks } = this.setting;
    return {
      ids: this.ids,
      columns: this.parts.map(({ counts }, at) => columnsOf(counts, thresholds[at]?.length ?? 1, withMasks)),
      traits: this.parts.map(({ traits }) => traits),
      agreement: this.parts.length === 2 ? joinedShares(this.agreements) : null,
      problems: this.problems,
      largestLabel: this.largestLabel,
    };
  }
}

export function joinedShares(parts: readonly Uint16Array[]): Uint16Array<ArrayBuffer> {
  const whole = new Uint16Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Scores images one after the other, so that memory holds one of them; what is wrong with one harms no other. */
export async function scoreChunk(tasks: readonly ImageTask[], setting: ScoreSetting): Promise<ScoredChunk> {
  const chunk = new Chunk(setting);
  for (const task of tasks) await chunk.add(task);
  return chunk.result;
}
