/** What has arrived about the image so far. */
import type { Notice } from '../../../lpcam/notice';
import type { ExplanationHeader, ScaleMaps, Timings } from '../../../protocol/explanation';

/** A header, the scales so far (scale 1 first), and the timings once everything is there. */
export interface Explanation {
  readonly header: ExplanationHeader;
  readonly scales: readonly ScaleMaps[];
  readonly timings: Timings | null;
  readonly notices: readonly Notice[];
}

/** @throws Error naming the part whose size does not fit what the header announced */
export function checkHeader(header: ExplanationHeader): void {
  const { width, height, rgb } = header.image;
  if (rgb.length !== width * height * 3) {
    throw new Error(
      `The picture has ${rgb.length} bytes; ${width} x ${height} RGB needs ${width * height * 3}.`,
    );
  }
  if (header.mask && header.mask.labels.length !== width * height) {
    throw new Error(
      `The mask ${header.mask.path} has ${header.mask.labels.length} labels; ` +
        `the image has ${width} x ${height} pixels.`,
    );
  }
}

/** @throws Error naming the maps whose size does not fit what the header announced */
export function checkScale(header: ExplanationHeader, maps: ScaleMaps): void {
  const area = maps.height * maps.width;
  const ofClasses = header.classes.length * area;
  const ofCentres = header.centres.length * area;
  const expected = [
    ['cam', maps.cam.length, ofClasses],
    ['similarity', maps.similarity.length, ofCentres],
    ...fusionSizes(header, maps, ofClasses, ofCentres, area),
  ] as const;
  for (const [name, found, needed] of expected) {
    if (found !== needed) {
      throw new Error(`Scale ${maps.scale}: "${name}" has ${found} values; the header announced ${needed}.`);
    }
  }
}

/** Arrays of the system's rule: name, values, and how many the header announced. */
function fusionSizes(
  { fusion, centres, settings }: ExplanationHeader,
  { fusion: maps }: ScaleMaps,
  ofClasses: number,
  ofCentres: number,
  area: number,
): readonly (readonly [string, number, number])[] {
  if (fusion === null) return [];
  const cam = ['fusion.cam', maps?.cam.length ?? 0, ofClasses] as const;
  if (centres.length === 0) return [cam];
  const views = settings.inference.mirror ? 2 : 1;
  const affinity = fusion.refined ? views * area * area : 0;
  return [
    cam,
    ['fusion.attention', maps?.attention.length ?? 0, views * ofClasses],
    ['fusion.similarity', maps?.similarity.length ?? 0, views * ofCentres],
    ['fusion.affinity', maps?.affinity?.length ?? 0, affinity],
  ];
}

/** Identity of the bank whose centre ids the panel speaks of; null without a bank. */
export function bankIdentity(header: ExplanationHeader): string | null {
  const { bank } = header;
  return bank ? `${bank.path}|${bank.created ?? ''}|${bank.centres}` : null;
}
