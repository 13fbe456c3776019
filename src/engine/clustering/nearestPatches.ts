/** The positions that lie nearest to each centre, as pictures a person can look at. */
import type { Patch } from '../../lpcam/bank';
import { pause } from '../pause';
import type { RowOrigin } from './classRows';
import { unitCentres } from './kmeans';
import type { KmeansStep } from './kmeansStep';
import type { Rows } from './rows';

export interface PatchLimits {
  /** Patches per centre. */
  readonly perCentre: number;
  /** Patches of one image per centre: neighbouring positions look alike, and one image says little. */
  readonly perImage: number;
}

/** The best patches of one centre so far, best first. */
class BestPatches {
  readonly patches: Patch[] = [];

  constructor(private readonly limits: PatchLimits) {}

  add(image: string, position: number, width: number, cosine: number): void {
    const { perCentre, perImage } = this.limits;
    const last = this.patches[this.patches.length - 1];
    if (this.patches.length >= perCentre && last && cosine <= last.cosine) return;
    const row = Math.floor(position / width);
    const column = position % width;
    const ofImage = this.patches.filter((patch) => patch.image === image);
    // An image drawn twice has every position twice.
    if (ofImage.some((patch) => patch.row === row && patch.column === column)) return;
    const worst = ofImage[ofImage.length - 1];
    if (ofImage.length >= perImage && worst) {
      if (cosine <= worst.cosine) return;
      this.patches.splice(this.patches.indexOf(worst), 1);
    }
    const place = this.patches.findIndex((patch) => cosine > patch.cosine);
    this.patches.splice(place < 0 ? this.patches.length : place, 0, { image, row, column, cosine });
    if (this.patches.length > perCentre) this.patches.pop();
  }
}

/**
 * One pass over the rows of a centre's set.
 * @param centres [K, C]
 * @param origins where the rows come from, in their order
 * @returns per centre its patches, best first
 */
export async function nearestPatches(
  rows: Rows,
  step: KmeansStep,
  centres: Float32Array,
  origins: readonly RowOrigin[],
  limits: PatchLimits,
  signal: AbortSignal,
): Promise<Patch[][]> {
  const unit = unitCentres(centres, rows.channels);
  const k = centres.length / rows.channels;
  const best = Array.from({ length: k }, () => new BestPatches(limits));
  let place = 0;
  for await (const block of rows.blocks()) {
    const cosines = await step.cosines(block, unit);
    for (let i = 0; i < block.count; i++) {
      const row = block.start + i;
      let origin = origins[place];
      while (origin && row >= origin.start + origin.positions.length) origin = origins[++place];
      if (!origin) throw new Error(`row ${row} comes from no image`);
      const position = origin.positions[row - origin.start] ?? 0;
      for (const [centre, patches] of best.entries())
        patches.add(origin.image, position, origin.width, cosines[i * k + centre] ?? 0);
    }
    await pause(signal);
  }
  return best.map(({ patches }) => patches);
}
