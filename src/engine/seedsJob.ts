/** Seed files for a list of images: what the next stage of a WSSS system reads. */
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { writeIrnSeed } from '../formats/seedWriter';
import { mapSize, type MapSize } from '../lpcam/aggregate';
import { InputError } from '../lpcam/inputError';
import type { Notice, NoticeKind } from '../lpcam/notice';
import type { ImageClass } from '../protocol/explanation';
import type { Progress } from '../protocol/progress';
import { camOf, classPrototypes, lpcamOf, type ClassPrototypes, type LpcamMap } from './classMaps';
import { pathInside } from './pathInside';
import type { SeedMethod } from './seedsRecord';
import { writeWhole } from './writeWhole';
import type { Explanation } from './explanation';

/** One folder of seeds; several are filled from one run of the network. */
export interface SeedsOutput {
  readonly method: SeedMethod;
  readonly folder: string;
}

export interface SeedsOptions {
  readonly ids: readonly string[];
  readonly outputs: readonly SeedsOutput[];
  /** Classes of the study; an image's others are left out, with a notice. Null: none are. */
  readonly classes: ReadonlySet<number> | null;
  /** Make seeds anew that are there already. */
  readonly force: boolean;
  /** The image's maps for its labelled classes. Throws InputError when the image cannot be used. */
  readonly explain: (id: string) => Promise<Explanation>;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
}

export interface SeedsResult {
  /** Images whose seeds were written now. */
  readonly written: number;
  /** Images whose seeds were there. */
  readonly skipped: number;
  /** Images without seeds, and why. */
  readonly failed: readonly { readonly id: string; readonly message: string }[];
  /** Seeds whose LPCAM is zero everywhere. */
  readonly dead: readonly { readonly id: string; readonly className: string }[];
  /** One per class and kind, however many images repeat it. */
  readonly notices: readonly Notice[];
}

/** One class's map in both sizes of a seed file. */
type Sizes = Readonly<Record<MapSize, LpcamMap>>;

function sizesOf(
  explanation: Explanation,
  method: SeedMethod,
  prototypes: ClassPrototypes,
  position: number,
): Sizes {
  const { header, scales } = explanation;
  const map = (size: MapSize): LpcamMap =>
    method === 'cam'
      ? { map: camOf(header, scales, position, size), dead: false }
      : lpcamOf(header, scales, prototypes, size);
  return { highRes: map('highRes'), strided: map('strided') };
}

class SeedsJob {
  private readonly failed: { id: string; message: string }[] = [];
  private readonly dead: { id: string; className: string }[] = [];
  private readonly notices = new Map<string, Notice>();

  constructor(private readonly options: SeedsOptions) {}

  async run(): Promise<SeedsResult> {
    const { ids, outputs, force, signal, onProgress } = this.options;
    // Before anything is made: an interrupted run must not leave old seeds that look like new ones.
    if (force)
      for (const id of ids) for (const output of outputs) await rm(seedPath(output, id), { force: true });
    const todo = ids.filter((id) => outputs.some((output) => !existsSync(seedPath(output, id))));
    for (const [done, id] of todo.entries()) {
      signal.throwIfAborted();
      onProgress({ stage: 'Making seeds', done, total: todo.length });
      try {
        await this.make(id);
      } catch (error) {
        if (!(error instanceof InputError) || signal.aborted) throw error;
        this.failed.push({ id, message: error.message });
      }
    }
    onProgress({ stage: 'Making seeds', done: todo.length, total: todo.length });
    return {
      written: todo.length - this.failed.length,
      skipped: ids.length - todo.length,
      failed: this.failed,
      dead: this.dead,
      notices: [...this.notices.values()],
    };
  }

  private async make(id: string): Promise<void> {
    const explanation = await this.options.explain(id);
    const { bank } = explanation.header;
    if (this.needsBank && bank === null) throw new InputError(bankFault(explanation.notices));
    const prototypes = classPrototypes(explanation.header);
    const spoken = explanation.notices.filter(({ kind }) => this.needsBank || !bankKinds.has(kind));
    for (const notices of [spoken, ...(this.needsBank ? prototypes.map((entry) => entry.notices) : [])])
      this.note(notices);
    for (const output of this.options.outputs) await this.write(output, id, explanation, prototypes);
  }

  private get needsBank(): boolean {
    return this.options.outputs.some(({ method }) => method === 'lpcam');
  }

  private async write(
    output: SeedsOutput,
    id: string,
    explanation: Explanation,
    prototypes: readonly ClassPrototypes[],
  ): Promise<void> {
    const { image, classes } = explanation.header;
    // An image labelled with no class is shown with predicted ones, but has a seed without any.
    const labelled = [...classes.keys()].filter((position) => classes[position]?.source === 'label');
    const maps = this.ofTheStudy(labelled, classes).flatMap((position) => {
      const entry = prototypes[position];
      return entry === undefined
        ? []
        : [{ entry, sizes: sizesOf(explanation, output.method, entry, position) }];
    });
    for (const { entry, sizes } of maps)
      if (sizes.highRes.dead) this.dead.push({ id, className: entry.imageClass.name });
    const sized = (size: MapSize) =>
      maps.map(({ sizes }) => ({ ...mapSize(image.height, image.width, size), data: sizes[size].map }));
    const bytes = writeIrnSeed({
      keys: maps.map(({ entry }) => entry.imageClass.index),
      highRes: sized('highRes'),
      strided: sized('strided'),
    });
    await writeWhole(seedPath(output, id), bytes);
  }

  /** Without the classes that no image of the study's list shows: they have no prototypes, and both methods cover the same. */
  private ofTheStudy(positions: readonly number[], classes: readonly ImageClass[]): number[] {
    const wanted = this.options.classes;
    return positions.filter((position) => {
      const { index, name } = classes[position] ?? {};
      if (wanted === null || index === undefined || wanted.has(index)) return true;
      const message = `No image of the study's list is labelled ${name ?? index}: left out of the seeds.`;
      this.note([{ kind: 'class-without-images', classIndex: index, message }]);
      return false;
    });
  }

  /** Of notices that concern no single file the first of each kind and class speaks for all images. */
  private note(notices: readonly Notice[]): void {
    for (const notice of notices) {
      const { kind, classIndex, file, message } = notice;
      const key = JSON.stringify(file === undefined ? [kind, classIndex ?? null] : [kind, file, message]);
      if (!this.notices.has(key)) this.notices.set(key, notice);
    }
  }
}

/** Notices that do not concern seeds of CAMs. */
const bankKinds: ReadonlySet<NoticeKind> = new Set(['no-bank', 'bank-of-other-checkpoint']);

function bankFault(notices: readonly Notice[]): string {
  const fault = notices.find(({ kind }) => bankKinds.has(kind));
  return fault?.message ?? 'The study has no prototype bank.';
}

function seedPath({ folder }: SeedsOutput, id: string): string {
  return pathInside(folder, `${id}.npy`);
}

/**
 * Makes the seeds of every image that has none yet. An image that cannot be used is reported and passed over; each
 * file is written whole or not at all, so that an interrupted run can be continued.
 * @throws what `explain` throws besides InputError, and the signal's reason
 */
export function makeSeeds(options: SeedsOptions): Promise<SeedsResult> {
  return new SeedsJob(options).run();
}
