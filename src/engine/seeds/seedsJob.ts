/** Seed files for a list of images: what the next stage of a WSSS system reads. */
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { MapSize } from '../../lpcam/aggregate';
import { InputError } from '../../lpcam/inputError';
import type { Notice, NoticeKind } from '../../lpcam/notice';
import type { ImageClass } from '../../protocol/explanation';
import type { Progress } from '../../protocol/progress';
import type { SeedsResult } from '../../protocol/seeds';
import { camOf, classPrototypes, lpcamOf, type ClassPrototypes, type LpcamMap } from '../classMaps';
import type { Batching } from '../batching/batching';
import { equalSizes } from '../batching/equalSizes';
import type { NetworkBatch } from '../explain/networkRun';
import type { Explanation } from '../explanation';
import { writeWhole } from '../writeWhole';
import { seedBytes, seedPath, type SeedsOutput, type SizedMap } from './seedOutput';

export interface SeedBatches {
  readonly batching: Batching;
  /** What tells the sizes of images apart; null where one goes by itself. */
  readonly sizeOf: (id: string) => Promise<string | null>;
}

export interface SeedsOptions {
  readonly ids: readonly string[];
  readonly outputs: readonly SeedsOutput[];
  /** Classes of the study; an image's others are left out, with a notice. Null: none are. */
  readonly classes: ReadonlySet<number> | null;
  /** Background score of label maps. */
  readonly threshold: number;
  /** Without the rule of the study's system: CAM and LPCAM as they are. */
  readonly plain: boolean;
  /** Make seeds anew that are there already. */
  readonly force: boolean;
  /** Images, or batches of them, worked on at a time: while the network runs on one, others are read and written. */
  readonly inFlight: number;
  /** Images of one size are run together; absent: one by one. */
  readonly together?: SeedBatches | null;
  /** The image's maps for its labelled classes. Throws InputError when the image cannot be used. */
  readonly explain: (id: string, batch: NetworkBatch | null) => Promise<Explanation>;
  /** Told of a dead seed before it is written. */
  readonly onDead?: (output: SeedsOutput, id: string, className: string) => Promise<void>;
  /** Writes a file whole or not at all; for tests of full disks. */
  readonly write?: (path: string, bytes: Uint8Array) => Promise<void>;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
}

export type SeedsOutcome = Omit<SeedsResult, 'outputs' | 'fusion' | 'whole'>;

/** What the system says when a file cannot be written, for people. */
const writeFaults: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EROFS: 'the disk is read-only',
  EACCES: 'writing there is not permitted',
  EPERM: 'writing there is not permitted',
};

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error && 'code' in error;
}

/** A file could not be written: the next one would fare no better. */
class WriteFault extends Error {
  constructor(folder: string, cause: NodeJS.ErrnoException) {
    const code = cause.code ?? '';
    super(`${folder}: ${writeFaults[code] ?? cause.message}.`, { cause });
  }
}

function sizesOf(
  explanation: Explanation,
  { method }: SeedsOutput,
  plain: boolean,
  prototypes: ClassPrototypes,
  position: number,
): { maps: SizedMap['maps']; dead: boolean } {
  const { header, scales } = explanation;
  const map = (size: MapSize): LpcamMap =>
    method === 'cam'
      ? { map: camOf(header, scales, position, { size, plain }), dead: false }
      : lpcamOf(header, scales, prototypes, { size, plain });
  const highRes = map('highRes');
  return { maps: { highRes: highRes.map, strided: map('strided').map }, dead: highRes.dead };
}

class SeedsJob {
  private readonly failed: { id: string; message: string }[] = [];
  private readonly dead: { id: string; className: string }[] = [];
  private readonly notices = new Map<string, Notice>();
  private written = 0;
  private done = 0;
  private stopped: string | null = null;

  constructor(private readonly options: SeedsOptions) {}

  async run(): Promise<SeedsOutcome> {
    const { ids, outputs, force, inFlight } = this.options;
    // Before anything is made: an interrupted run must not leave old seeds that look like new ones.
    if (force)
      for (const id of ids) for (const output of outputs) await rm(seedPath(output, id), { force: true });
    const todo = ids.filter((id) => outputs.some((output) => !existsSync(seedPath(output, id))));
    this.tell(todo.length);
    // The workers share the queue; the first that throws ends the others at their next batch.
    const queue = this.queue(todo);
    const ended = await Promise.allSettled(
      Array.from({ length: Math.min(inFlight, todo.length) }, () => this.work(queue, todo.length)),
    );
    for (const end of ended) if (end.status === 'rejected') throw end.reason;
    for await (const ids of queue)
      for (const id of ids) this.failed.push({ id, message: `${id}: not made, for ${this.stopped ?? ''}` });
    const order = new Map(ids.map((id, place) => [id, place]));
    const byPlace = (a: { id: string }, b: { id: string }) => (order.get(a.id) ?? 0) - (order.get(b.id) ?? 0);
    return {
      written: this.written,
      skipped: ids.length - todo.length,
      failed: this.failed.sort(byPlace),
      dead: this.dead.sort(byPlace),
      stopped: this.stopped,
      notices: [...this.notices.values()],
    };
  }

  private tell(total: number): void {
    this.options.onProgress({ stage: 'Making seeds', done: this.done, total });
  }

  private queue(todo: readonly string[]): AsyncGenerator<readonly string[], void> {
    const { together } = this.options;
    const wanted = () => together?.batching.open === true && this.stopped === null;
    const sizeOf = (id: string) => together?.sizeOf(id) ?? Promise.resolve(null);
    return equalSizes(todo, together?.batching.most ?? 1, sizeOf, wanted);
  }

  private async work(queue: AsyncGenerator<readonly string[], void>, total: number): Promise<void> {
    const { signal } = this.options;
    while (this.stopped === null) {
      signal.throwIfAborted();
      const next = await queue.next();
      if (next.done === true) return;
      try {
        await this.together(next.value, total);
      } catch (error) {
        this.stopped ??= 'another image ended the run';
        throw error;
      }
    }
  }

  /** Images of one size, each for itself but in the network. */
  private async together(ids: readonly string[], total: number): Promise<void> {
    const batch: NetworkBatch | null =
      ids.length === 1 ? null : (this.options.together?.batching.batch(ids.length) ?? null);
    const ended = await Promise.allSettled(
      ids.map(async (id) => {
        await this.one(id, batch);
        this.done++;
        this.tell(total);
      }),
    );
    for (const end of ended) if (end.status === 'rejected') throw end.reason;
  }

  private async one(id: string, batch: NetworkBatch | null): Promise<void> {
    try {
      await this.make(id, batch);
      this.written++;
    } catch (error) {
      if (this.options.signal.aborted) throw error;
      if (error instanceof WriteFault) this.stopped ??= error.message;
      else if (!(error instanceof InputError)) throw error;
      this.failed.push({ id, message: error.message });
    }
  }

  private async make(id: string, batch: NetworkBatch | null): Promise<void> {
    // Whether it went well or not: the others wait for it no longer.
    const explanation = await this.options.explain(id, batch).finally(() => batch?.leave());
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
    const path = seedPath(output, id);
    if (existsSync(path)) return;
    const { image, classes } = explanation.header;
    // An image labelled with no class is shown with predicted ones, but has a seed without any.
    const labelled = [...classes.keys()].filter((position) => classes[position]?.source === 'label');
    const maps: SizedMap[] = [];
    for (const position of this.ofTheStudy(labelled, classes)) {
      const entry = prototypes[position];
      if (entry === undefined) continue;
      const { index, name } = entry.imageClass;
      const sizes = sizesOf(explanation, output, this.options.plain, entry, position);
      if (sizes.dead) {
        this.noteDead(id, name);
        await this.options.onDead?.(output, id, name);
      }
      maps.push({ classIndex: index, maps: sizes.maps });
    }
    const { height, width } = image;
    const bytes = seedBytes(output, { height, width, classes: maps }, this.options.threshold);
    try {
      await (this.options.write ?? writeWhole)(path, bytes);
    } catch (error) {
      if (isSystemError(error)) throw new WriteFault(output.folder, error);
      throw error;
    }
  }

  /** Once per class, however many outputs it is written to. */
  private noteDead(id: string, className: string): void {
    if (!this.dead.some((one) => one.id === id && one.className === className))
      this.dead.push({ id, className });
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

/**
 * Makes the seeds of every image that has none yet. An image that cannot be used is reported and passed over; when
 * nothing can be written any more, the rest is reported too. Each file is written whole or not at all, so that an
 * interrupted run can be continued.
 * @throws what `explain` throws besides InputError, and the signal's reason
 */
export function makeSeeds(options: SeedsOptions): Promise<SeedsOutcome> {
  return new SeedsJob(options).run();
}
