/** The manifests of the folders that a run fills: at its beginning, at its end, and of shares put together. */
import { InputError } from '../../lpcam/inputError';
import { labelledPrecision } from '../../protocol/device';
import type { PrecisionName } from '../../protocol/deviceNames';
import type { SeedsManifest } from '../../protocol/seeds';
import type { Shard } from '../../protocol/shard';
import { readManifest, writeManifest, type SeedsPlan } from './manifest';
import type { SeedsOutput } from './seedOutput';
import type { SeedsOutcome } from './seedsJob';
import { workKey, type SeedsJournal, type SeedsPart, type SeedsWork } from './seedsWork';

/** What a run, or all shares together, made of a list. */
type Made = Pick<SeedsPart, 'device' | 'seeds' | 'failed' | 'dead'>;

const nothingMade: Made = { device: null, seeds: 0, failed: [], dead: [] };

export class FolderManifest {
  private readonly places: ReadonlyMap<string, number>;
  private readonly key: string;

  /**
   * @param held what the folder's manifest said before
   * @param ids the whole list
   * @param journal what interrupted runs saw
   */
  constructor(
    readonly output: SeedsOutput,
    private readonly plan: SeedsPlan,
    private readonly held: SeedsManifest | null,
    private readonly work: SeedsWork,
    private readonly ids: readonly string[],
    private readonly journal: SeedsJournal,
  ) {
    this.places = new Map(ids.map((id, place) => [id, place]));
    this.key = workKey(plan, ids);
  }

  /** In the order of the list; images of other lists behind. */
  private sorted<T extends { readonly id: string; readonly className?: string }>(entries: readonly T[]): T[] {
    const place = ({ id }: T) => this.places.get(id) ?? Infinity;
    const order = ({ className }: T) => this.plan.classes.indexOf(className ?? '');
    const byName = (one: T, other: T) => (one.id < other.id ? -1 : one.id > other.id ? 1 : 0);
    return [...entries].sort((one, other) => {
      const [a, b] = [place(one), place(other)];
      return (a === b ? 0 : a < b ? -1 : 1) || byName(one, other) || order(one) - order(other);
    });
  }

  /** Dead seeds of this run and of those before, each once; only LPCAM has any. */
  private deadOf(made: Made, held: SeedsManifest | null): SeedsManifest['dead'] {
    if (this.plan.method === 'cam') return [];
    const all = [...(held?.dead ?? []), ...this.journal.dead, ...made.dead];
    const known = new Map(all.map((one) => [`${one.id}\0${one.className}`, one]));
    return this.sorted([...known.values()]);
  }

  private manifest(made: Made, complete: boolean, held: SeedsManifest | null): SeedsManifest {
    const dead = this.deadOf(made, held);
    const failed = this.sorted(made.failed);
    return {
      ...this.plan,
      device: made.device ?? this.journal.device ?? held?.device ?? null,
      complete,
      counts: { listed: this.ids.length, seeds: made.seeds, failed: failed.length, dead: dead.length },
      failed,
      dead,
    };
  }

  /**
   * Seeds of one folder are of one precision, which is known only once a device was chosen.
   * @param device with its precision, as manifests name it
   * @throws InputError when seeds are there that were made in the other
   */
  checkPrecision(device: string): void {
    const before = this.journal.device ?? (this.held?.counts.seeds ? this.held.device : null);
    if (before !== null && labelledPrecision(before) !== labelledPrecision(device))
      throw this.otherPrecision(labelledPrecision(before), labelledPrecision(device));
  }

  private otherPrecision(before: PrecisionName, now: PrecisionName): InputError {
    const { folder } = this.output;
    return new InputError(
      `${folder} holds seeds made in ${before} precision, and ${now} is used now. Set \`precision\` to ${before}, choose ` +
        'another folder, or make them anew (--force).',
      { file: folder, field: 'precision' },
    );
  }

  /** Before anything is made, so that whoever looks knows what these files are going to be. */
  async begin(): Promise<void> {
    const made = { ...nothingMade, seeds: this.held?.counts.seeds ?? 0 };
    await writeManifest(this.output.folder, this.manifest(made, false, this.held));
  }

  /** After all of the list was tried by one run. */
  async end(outcome: SeedsOutcome, device: string | null): Promise<void> {
    const made = { device, seeds: outcome.written + outcome.skipped, ...outcome };
    await writeManifest(this.output.folder, this.manifest(made, outcome.stopped === null, this.held));
    if (outcome.stopped === null) await this.work.remove();
  }

  /** Whether the manifest tells the whole list already, so that only what failed may still change. */
  toldBefore(todo: readonly string[]): boolean {
    const { held } = this;
    if (held === null || !held.complete || held.list !== this.plan.list) return false;
    const failed = new Set(held.failed.map(({ id }) => id));
    return held.counts.listed === this.ids.length && todo.every((id) => failed.has(id));
  }

  async beginShare(shard: Shard): Promise<void> {
    await this.work.removePart(shard);
    await this.begin();
  }

  /** @returns whether the manifest tells the whole list now */
  async endShare(
    shard: Shard,
    outcome: SeedsOutcome,
    device: string | null,
    signal: AbortSignal,
  ): Promise<boolean> {
    const { failed, dead } = outcome;
    const seeds = outcome.written + outcome.skipped;
    await this.work.writePart({
      key: this.key,
      shard,
      device: device ?? this.journal.device,
      seeds,
      failed,
      dead,
    });
    const merged = await this.work.alone(signal, () => this.mergeParts());
    return merged || (await readManifest(this.output.folder))?.complete === true;
  }

  /** A share of what was told before was tried once more: only its failures may have become fewer. */
  async mend(own: readonly string[], outcome: SeedsOutcome, signal: AbortSignal): Promise<void> {
    if (outcome.written === 0) return;
    await this.work.alone(signal, async () => {
      const held = (await readManifest(this.output.folder)) ?? this.held;
      if (held === null) return;
      const ours = new Set(own);
      const failed = [...held.failed.filter(({ id }) => !ours.has(id)), ...outcome.failed];
      const seeds = held.counts.seeds + held.failed.length - failed.length;
      const made = { device: held.device, seeds, failed, dead: outcome.dead };
      await writeManifest(this.output.folder, this.manifest(made, true, held));
      await this.work.remove();
    });
  }

  private async mergeParts(): Promise<boolean> {
    for (const [of, parts] of await this.work.parts(this.key)) {
      if (parts.length < of) continue;
      const used = parts.flatMap(({ device }) => (device === null ? [] : [labelledPrecision(device)]));
      const [one = 'full', other] = [...new Set(used)];
      if (other !== undefined) throw this.otherPrecision(one, other);
      const made: Made = {
        device: parts.find(({ device }) => device !== null)?.device ?? null,
        seeds: parts.reduce((sum, { seeds }) => sum + seeds, 0),
        failed: parts.flatMap(({ failed }) => failed),
        dead: parts.flatMap(({ dead }) => dead),
      };
      await writeManifest(this.output.folder, this.manifest(made, true, this.held));
      await this.work.remove();
      return true;
    }
    return false;
  }

  /**
   * Puts shares together.
   * @throws InputError when one of them is not done
   */
  async merge(signal: AbortSignal): Promise<void> {
    if (this.toldBefore([])) return;
    if (await this.work.alone(signal, () => this.mergeParts())) return;
    const parts = await this.work.parts(this.key);
    const done = [...parts].map(
      ([of, some]) =>
        `of ${of} shares ${some
          .map(({ shard }) => shard.index)
          .sort((a, b) => a - b)
          .join(', ')}`,
    );
    throw new InputError(
      `${this.output.folder}: the shares are not all done (${done.length === 0 ? 'none is' : `done: ${done.join('; ')}`}). Run the others, or "lpcam seeds" without --shard.`,
      { file: this.output.folder },
    );
  }
}
