/** What a person sees of a cluster: the positions nearest to its centre, and how far its rows lie from it. */
import type { Patch } from '../../lpcam/bank';
import { pause } from '../pause';
import { unitCentres } from './kmeans';
import type { KmeansStep } from './kmeansStep';
import type { RowOrigins } from './rowOrigins';
import type { Rows } from './rows';

export interface PatchLimits {
  /** Patches per centre. */
  readonly perCentre: number;
  /** Patches of one image per centre: neighbouring positions look alike, and one image says little. */
  readonly perImage: number;
}

/** Positions closer than this in one image show the same picture. */
const apart = 3;

type NearPatch = Patch & { readonly cosine: number };

function samePlace(a: Patch, b: Patch): boolean {
  return a.image === b.image && Math.abs(a.row - b.row) < apart && Math.abs(a.column - b.column) < apart;
}

/** The best patches of one centre so far, best first. */
class BestPatches {
  readonly patches: NearPatch[] = [];

  constructor(private readonly limits: PatchLimits) {}

  /** Worth looking at: it would come before the last, or there is room. */
  couldTake(cosine: number): boolean {
    const last = this.patches[this.patches.length - 1];
    return this.patches.length < this.limits.perCentre || !last || cosine > last.cosine;
  }

  add(patch: NearPatch): void {
    if (!this.couldTake(patch.cosine)) return;
    const near = this.patches.filter((other) => samePlace(other, patch));
    if (near.some((other) => other.cosine >= patch.cosine)) return;
    for (const other of near) this.remove(other);
    const ofImage = this.patches.filter((other) => other.image === patch.image);
    const worst = ofImage[ofImage.length - 1];
    if (ofImage.length >= this.limits.perImage && worst) {
      if (patch.cosine <= worst.cosine) return;
      this.remove(worst);
    }
    const place = this.patches.findIndex((other) => patch.cosine > other.cosine);
    this.patches.splice(place < 0 ? this.patches.length : place, 0, patch);
    if (this.patches.length > this.limits.perCentre) this.patches.pop();
  }

  private remove(patch: NearPatch): void {
    this.patches.splice(this.patches.indexOf(patch), 1);
  }
}

/** Rounding may leave a cosine just above 1; null of nothing. */
function meanOf(sum = 0, count = 0): number | null {
  return count === 0 ? null : Math.min(Math.max(sum / count, 0), 2);
}

/** Place of the largest value, the first on ties. */
function largest(values: Float32Array): number {
  let place = 0;
  for (let i = 1; i < values.length; i++) if ((values[i] ?? 0) > (values[place] ?? 0)) place = i;
  return place;
}

export interface ClusterFacts {
  /** Nearest patches, best first. */
  readonly patches: readonly Patch[];
  /** Mean cosine distance (1 - cosine) of the rows assigned to it, 0..2; null for an empty cluster. */
  readonly spread: number | null;
}

/**
 * One pass over the rows of a set. A row belongs to the cluster of the nearest of the centres before the last step, as
 * when the centres were made; finding that out again costs less than to keep it for every row.
 * @param centres [K, C]
 * @param before the centres before them, [K, C]
 * @param origins where the rows come from
 * @returns one entry per centre
 */
export async function clusterFacts(
  rows: Rows,
  step: KmeansStep,
  { centres, before }: { readonly centres: Float32Array; readonly before: Float32Array },
  origins: RowOrigins,
  limits: PatchLimits,
  signal: AbortSignal,
): Promise<ClusterFacts[]> {
  const k = centres.length / rows.channels;
  const both = new Float32Array(2 * centres.length);
  both.set(unitCentres(centres, rows.channels));
  both.set(unitCentres(before, rows.channels), centres.length);
  const best = Array.from({ length: k }, () => new BestPatches(limits));
  const distances = new Float64Array(k);
  const sizes = new Uint32Array(k);
  for await (const block of rows.blocks()) {
    const cosines = await step.cosines(block, both);
    const places = await origins.of(block.start, block.count);
    for (let i = 0; i < block.count; i++) {
      const ofRow = cosines.subarray(2 * i * k, 2 * (i + 1) * k);
      const label = largest(ofRow.subarray(k));
      distances[label] = (distances[label] ?? 0) + 1 - (ofRow[label] ?? 0);
      sizes[label] = (sizes[label] ?? 0) + 1;
      for (const [centre, patches] of best.entries()) {
        const cosine = ofRow[centre] ?? 0;
        if (patches.couldTake(cosine)) patches.add({ ...places.place(i), cosine });
      }
    }
    await pause(signal);
  }
  return best.map(({ patches }, centre) => ({ patches, spread: meanOf(distances[centre], sizes[centre]) }));
}
