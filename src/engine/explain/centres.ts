/** The centres an image's similarity maps are computed for. */
import type { Centre, PrototypeBank } from '../../lpcam/bank';
import type { CamNetwork } from '../../network/camNetwork';
import { scorePrototype } from '../../network/prototypeScores';
import type { CentreInfo } from '../../protocol/explanation';

/** Rows of the network's `centres` input, and which centre of the bank each is. */
export interface CentreRows {
  /** Indices into `bank.centres`; of means, their own. */
  readonly ids: readonly number[];
  /** Unit vectors, or means of some, [ids.length, C]. */
  readonly units: Float32Array;
}

/** As cosine similarity guards its norms (lpcam.md, notation). */
const smallestNorm = 1e-8;

/** By the centre's vector: an image asks for the same centres at each scale, and the next image again. */
const units = new WeakMap<Float32Array, Float32Array>();

function unitOf(vector: Float32Array): Float32Array {
  const known = units.get(vector);
  if (known !== undefined) return known;
  let sum = 0;
  for (const value of vector) sum += value * value;
  const norm = Math.max(Math.fround(Math.sqrt(sum)), smallestNorm);
  const unit = vector.map((value) => value / norm);
  units.set(vector, unit);
  return unit;
}

/**
 * Centres of some classes, in the bank's order; of all classes when `classes` is null (they become known only when the
 * network has run).
 */
export function centreRows(bank: PrototypeBank, classes: readonly number[] | null): CentreRows {
  const wanted = classes === null ? null : new Set(classes);
  return unitRows(bank, ({ classIndex }) => wanted === null || wanted.has(classIndex));
}

/** The centres that are wanted, in the bank's order. */
export function unitRows(bank: PrototypeBank, isWanted: (centre: Centre) => boolean): CentreRows {
  const ids = [...bank.centres.keys()].filter((id) => {
    const centre = bank.centres[id];
    return centre !== undefined && isWanted(centre);
  });
  const rows = new Float32Array(ids.length * bank.channels);
  ids.forEach((id, row) => {
    const centre = bank.centres[id];
    if (centre !== undefined) rows.set(unitOf(centre.vector), row * bank.channels);
  });
  return { ids, units: rows };
}

/**
 * Means of some of the rows: as a cosine is linear in the centre's unit vector, theirs are the means of the rows' cosines
 * (lpcam.md, section 4).
 */
export function meanRows({ units, ids }: CentreRows, groups: readonly (readonly number[])[]): CentreRows {
  const channels = units.length / Math.max(1, ids.length);
  const means = new Float32Array(groups.length * channels);
  for (const [place, group] of groups.entries()) {
    const sum = new Float64Array(channels);
    for (const row of group) {
      for (let c = 0; c < channels; c++) sum[c] = (sum[c] as number) + (units[row * channels + c] as number);
    }
    means.set(
      sum.map((value) => value / group.length),
      place * channels,
    );
  }
  return { ids: [...groups.keys()], units: means };
}

/** A centre's scores, [N]: the bank's own, or computed where the bank (a published one) does not say. */
export function scoresOf(centre: Centre, network: CamNetwork): Float32Array {
  return centre.scores.length === network.classes ? centre.scores : scorePrototype(network, centre.vector);
}

function runnerUp(centre: Centre, classNames: readonly string[]): CentreInfo['runnerUp'] {
  let index = -1;
  centre.scores.forEach((score, candidate) => {
    if (candidate !== centre.classIndex && score > (centre.scores[index] ?? -1)) index = candidate;
  });
  return index < 0 ? null : { index, name: classNames[index] ?? '', p: centre.scores[index] ?? 0 };
}

/**
 * What a panel shows of a centre.
 * @param scores softmax(W . centre), [N]; from the bank, or computed where the bank (a published one) does not say
 */
export function centreInfo(
  id: number,
  centre: Centre,
  scores: Float32Array,
  classNames: readonly string[],
): CentreInfo {
  return {
    id,
    classIndex: centre.classIndex,
    set: centre.set,
    p: scores[centre.classIndex] ?? 0,
    runnerUp: runnerUp({ ...centre, scores }, classNames),
    size: centre.size,
    spread: centre.spread,
    mark: centre.mark,
    patches: centre.patches.map((patch) => ({ ...patch })),
  };
}

/** Some maps of a block [n, area], in the order of `rows`. */
export function takeMaps(
  block: Float32Array,
  rows: readonly number[],
  area: number,
): Float32Array<ArrayBuffer> {
  const taken = new Float32Array(rows.length * area);
  rows.forEach((row, i) => taken.set(block.subarray(row * area, (row + 1) * area), i * area));
  return taken;
}
