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
  const expected = [
    ['cam', maps.cam.length, header.classes.length * area],
    ['similarity', maps.similarity.length, header.centres.length * area],
  ] as const;
  for (const [name, found, needed] of expected) {
    if (found !== needed) {
      throw new Error(`Scale ${maps.scale}: "${name}" has ${found} values; the header announced ${needed}.`);
    }
  }
}

/** Identity of the bank whose centre ids the panel speaks of; null without a bank. */
export function bankIdentity(header: ExplanationHeader): string | null {
  const { bank } = header;
  return bank ? `${bank.path}|${bank.created ?? ''}|${bank.centres}` : null;
}
