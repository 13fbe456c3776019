/** Compares two prototype banks: every centre of one with those of the same class and set of the other. */
import type { CentreSet, PrototypeBank } from '../../lpcam/bank';
import { pairCentres, type CentrePair, type ComparedCentre } from '../../lpcam/bankComparison';
import { gateCentres } from '../../lpcam/gating';
import { InputError } from '../../lpcam/inputError';
import type { Notice } from '../../lpcam/notice';
import { presets, type Gates } from '../../lpcam/presets';
import type { BankComparison } from '../../protocol/comparison';
import type { EngineParams } from '../../protocol/engine';
import { mostCompared } from '../../protocol/overview';
import { readBank } from '../bankFile';
import { unitRows } from '../explain/centres';
import { pause } from '../pause';
import { resolveStudy } from '../study/resolve';

interface NamedBank {
  readonly path: string;
  readonly bank: PrototypeBank;
}

/**
 * Reads and compares two banks; a published one takes the class names from the other.
 * @throws InputError when a file is no bank, or the two cannot be compared; the signal's reason
 */
export async function compareBanks(
  { first, second, study }: EngineParams<'compareBanks'>,
  signal: AbortSignal,
): Promise<BankComparison> {
  const resolved = study && (await resolveStudy(study));
  const { gates } = resolved?.settings ?? presets.voc;
  const [a, b] = await readBoth(first, second);
  checkComparable(a, b);
  const pairs: CentrePair[] = [];
  const places = new Map(b.bank.classes.map((name, index) => [name, index]));
  for (const [index, className] of a.bank.classes.entries()) {
    const other = places.get(className);
    if (other === undefined) continue;
    const firstFates = fatesOf(a.bank, index, gates);
    const secondFates = fatesOf(b.bank, other, gates);
    for (const set of ['foreground', 'background'] as const) {
      await pause(signal);
      const own = rowsOf(a, index, set, firstFates);
      const others = rowsOf(b, other, set, secondFates);
      const cosines = await cosinesOf(own.units, others.units, a.bank.channels, signal);
      pairs.push(...pairCentres(own.centres, others.centres, cosines, { className, set }));
    }
  }
  return {
    first: comparedBank(a, b),
    second: comparedBank(b, a),
    channels: a.bank.channels,
    gates: { class: gates.class, context: [...gates.context] },
    gatesOf: resolved?.file ?? null,
    pairs,
    notices: noticesOf(a, b),
  };
}

async function readBoth(first: string, second: string): Promise<[NamedBank, NamedBank]> {
  const isPublished = (path: string) => /\.(pt|pth)$/i.test(path);
  if (isPublished(first) && isPublished(second))
    throw new InputError(
      `Neither ${first} nor ${second} holds class names: the published files do not. Compare one of them with a .safetensors bank, which does.`,
      { file: first },
    );
  if (isPublished(first)) {
    const b = { path: second, bank: await readBank(second, []) };
    return [{ path: first, bank: await readBank(first, b.bank.classes) }, b];
  }
  const a = { path: first, bank: await readBank(first, []) };
  return [a, { path: second, bank: await readBank(second, a.bank.classes) }];
}

function checkComparable(a: NamedBank, b: NamedBank): void {
  for (const { path, bank } of [a, b]) {
    if (!bank.alreadyGated && bank.centres.some(({ scores }) => scores.length !== bank.classes.length))
      throw new InputError(
        `${path} does not say the p of its centres, so no gate can tell which of them are prototypes. Cluster its study into a .safetensors bank and compare that.`,
        { file: path },
      );
    const named = new Set(bank.classes);
    if (named.size !== bank.classes.length)
      throw new InputError(
        `${path} has several classes of one name, so its classes cannot be matched by name. Give every class a name of its own and cluster again.`,
        { file: path },
      );
  }
  if (a.bank.channels !== b.bank.channels)
    throw new InputError(
      `${a.path} has centres of ${a.bank.channels} channels, ${b.path} of ${b.bank.channels}: features of different networks have no cosine. Compare banks of one architecture.`,
      { file: b.path },
    );
  if (!a.bank.classes.some((name) => b.bank.classes.includes(name)))
    throw new InputError(
      `${a.path} and ${b.path} have no class name in common (${a.bank.classes[0] ?? 'none'}, ... and ${b.bank.classes[0] ?? 'none'}, ...). Compare banks of one data set.`,
      { file: b.path },
    );
}

/** The centres of a class by their ids in the bank, with what became of them. */
function fatesOf(bank: PrototypeBank, classIndex: number, gates: Gates): Map<number, ComparedCentre> {
  const own = [...bank.centres.entries()].filter(([, centre]) => centre.classIndex === classIndex);
  const scored = own.map(([, { set, scores, mark }]) => ({ set, p: scores[classIndex] ?? NaN, mark }));
  const { fates } = gateCentres(scored, gates, bank.alreadyGated);
  return new Map(
    fates.flatMap(({ kind, reason }, place) => {
      const id = own[place]?.[0];
      return id === undefined ? [] : [[id, { id, fate: kind, reason }]];
    }),
  );
}

function rowsOf(
  { path, bank }: NamedBank,
  classIndex: number,
  set: CentreSet,
  fates: ReadonlyMap<number, ComparedCentre>,
): { units: Float32Array; centres: ComparedCentre[] } {
  const { ids, units } = unitRows(bank, (centre) => centre.classIndex === classIndex && centre.set === set);
  if (ids.length > mostCompared)
    throw new InputError(
      `${path} has ${ids.length} ${set} centres of the class ${bank.classes[classIndex] ?? ''}; at most ${mostCompared} of one class can be compared.`,
      { file: path },
    );
  return { units, centres: ids.flatMap((id) => fates.get(id) ?? []) };
}

/**
 * Cosines of unit rows, [first, second]. On plain arrays: a class has a dozen centres, which is over before a graph is
 * loaded, and so the comparison also runs where nothing native may.
 */
async function cosinesOf(
  first: Float32Array,
  second: Float32Array,
  channels: number,
  signal: AbortSignal,
): Promise<Float32Array> {
  const [rows, columns] = [first.length / channels, second.length / channels];
  const cosines = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    if (row % 64 === 63) await pause(signal);
    for (let column = 0; column < columns; column++) {
      let dot = 0;
      for (let c = 0; c < channels; c++)
        dot += (first[row * channels + c] as number) * (second[column * channels + c] as number);
      // Rounding must not take a vector with itself beyond 1.
      cosines[row * columns + column] = Math.min(1, Math.max(-1, dot));
    }
  }
  return cosines;
}

function comparedBank({ path, bank }: NamedBank, other: NamedBank): BankComparison['first'] {
  const { checkpoint, checkpointHash, created } = bank.provenance;
  const known = new Set(other.bank.classes);
  return {
    path,
    centres: bank.centres.length,
    checkpoint,
    checkpointHash,
    created,
    classesOfItsOwn: bank.classes.filter((name) => !known.has(name)),
  };
}

function noticesOf(a: NamedBank, b: NamedBank): Notice[] {
  const [first, second] = [a.bank.provenance, b.bank.provenance];
  const notices: Notice[] = [];
  if (
    first.checkpointHash !== null &&
    second.checkpointHash !== null &&
    first.checkpointHash !== second.checkpointHash
  )
    notices.push({
      kind: 'bank-of-other-checkpoint',
      message:
        'The banks are of different checkpoints: cosines between their features mean something where both were trained from the same weights, and little where they were not.',
      file: b.path,
    });
  const { scoring } = first;
  if (scoring !== undefined && second.scoring !== undefined && scoring !== second.scoring)
    notices.push({
      kind: 'bank-scored-anew',
      message: `The p of the first bank were scored as "${scoring}", those of the second as "${second.scoring}": their fates under the same gates are not alike.`,
      file: b.path,
    });
  for (const { path, bank } of [a, b]) {
    if (bank.alreadyGated)
      notices.push({
        kind: 'study',
        message: `${path} holds only what passed its gates: a prototype of the other bank that was rejected there counts as one that is not there.`,
        file: path,
      });
  }
  return notices;
}
