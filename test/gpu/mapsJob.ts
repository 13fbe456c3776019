/** How far maps of photographs on a device are from the CPU's, and in half precision from its own in float32. */
import { camOf, classPrototypes, lpcamOf } from '../../src/engine/classMaps';
import type { Engine } from '../../src/engine/engine';
import { explainWhole, type Explanation } from '../../src/engine/explanation';
import type { DeviceName, PrecisionName } from '../../src/protocol/deviceNames';
import { deviceEngine } from './deviceEngine';
import { orFailure } from './orFailure';
import { mapTolerances, type Job } from './jobs';
import { photograph, someIds, writeStudy } from './subjects';

/** Largest difference of a map's worst pixel; maps are at most 1. */
export interface MapDifference {
  readonly maps: number;
  readonly lpcam: number;
  readonly cam: number;
  readonly within: boolean;
}

export interface MapDifferences {
  readonly images: number;
  readonly fullFromCpu: MapDifference | string;
  readonly halfFromFull: MapDifference | string;
}

const { signal } = new AbortController();
const form = { size: 'highRes', plain: false } as const;

function worst(map: Float32Array, expected: Float32Array): number {
  return map.reduce((most, value, i) => {
    const difference = Math.abs(value - (expected[i] ?? NaN));
    return Number.isNaN(difference) ? Infinity : Math.max(most, difference);
  }, 0);
}

/** @param found one explanation per image, of the same classes as `expected` */
function differenceOf(
  found: readonly Explanation[],
  expected: readonly Explanation[],
  tolerance: number,
): MapDifference {
  let [maps, lpcam, cam] = [0, 0, 0];
  for (const [place, one] of found.entries()) {
    const other = expected[place];
    if (other === undefined) throw new Error('there is nothing to compare it with');
    // Both gate the same bank in the same way: one of the two decides for both.
    for (const [position, prototypes] of classPrototypes(one.header).entries()) {
      const [ownLpcam, otherLpcam] = [one, other].map(
        ({ header, scales }) => lpcamOf(header, scales, prototypes, form).map,
      );
      const [ownCam, otherCam] = [one, other].map(({ header, scales }) =>
        camOf(header, scales, position, form),
      );
      if (!ownLpcam || !otherLpcam || !ownCam || !otherCam) continue;
      lpcam = Math.max(lpcam, worst(ownLpcam, otherLpcam));
      cam = Math.max(cam, worst(ownCam, otherCam));
      maps++;
    }
  }
  if (maps === 0) throw new Error('no photograph has a labelled class');
  return { maps, lpcam, cam, within: lpcam <= tolerance && cam <= tolerance };
}

async function explained(
  engine: Engine,
  study: string,
  images: readonly string[],
  deviceChoice: DeviceName,
  precisionChoice: PrecisionName,
): Promise<Explanation[]> {
  const found: Explanation[] = [];
  for (const image of images) {
    const params = { study: { file: study }, image, classes: null, deviceChoice, precisionChoice };
    const explanation = await explainWhole(engine, params, signal);
    if (explanation.scales.length < explanation.header.settings.inference.scales.length)
      throw new Error(explanation.notices.map(({ message }) => message).join(' '));
    found.push(explanation);
  }
  return found;
}

/** @returns differences of maps with the CPU's bank: the same centres on every device */
export async function mapsJob({
  subject,
  device,
  images,
  folder,
  bank,
  inputScript,
}: Job): Promise<MapDifferences> {
  const ids = someIds(subject, images);
  const study = await writeStudy(subject, ids, device, folder, bank);
  const paths = ids.map((id) => photograph(subject, id));
  await using engine = deviceEngine(inputScript);
  const cpu = await explained(engine, study, paths, 'cpu', 'full');
  const full = await orFailure(() => explained(engine, study, paths, device, 'full'));
  const half = await orFailure(() => explained(engine, study, paths, device, 'half'));
  const compared = (
    found: readonly Explanation[] | string,
    expected: readonly Explanation[] | string,
    tolerance: number,
  ) =>
    typeof found === 'string'
      ? found
      : typeof expected === 'string'
        ? expected
        : differenceOf(found, expected, tolerance);
  return {
    images: paths.length,
    fullFromCpu: compared(full, cpu, mapTolerances.fullFromCpu),
    halfFromFull: compared(half, full, mapTolerances.halfFromFull),
  };
}
