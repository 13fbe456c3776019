/**
 * From an explanation's small maps to the CAM and LPCAM of each class, where no panel does it: for the command
 * line's pictures and for seed files. Where the study's system has a rule of its own for both (MCTformer), they follow
 * it, unless the plain ones are asked for.
 */
import { aggregateCam, aggregateLpcam, type LowMap, type MapSize } from '../lpcam/aggregate';
import { lpcamAtScale } from '../lpcam/attribution';
import { gateCentres } from '../lpcam/gating';
import { aggregateFused, fusedLpcamAtScale } from '../lpcam/mctFormer';
import type { Notice } from '../lpcam/notice';
import type { ExplanationHeader, ImageClass, ScaleMaps } from '../protocol/explanation';

/** What gating needs of a header. */
export type GatedHeader = Pick<
  ExplanationHeader,
  'classes' | 'centres' | 'settings' | 'alreadyGated' | 'means'
>;

/** Centres of one class that passed their gates, as rows of `ScaleMaps.similarity`. */
export interface ClassPrototypes {
  readonly imageClass: ImageClass;
  readonly classRows: readonly number[];
  readonly contextRows: readonly number[];
  readonly notices: readonly Notice[];
}

/** Aggregated LPCAM; `dead`: nothing lights up, the map is zero (lpcam.md, section 6). */
export interface LpcamMap {
  readonly map: Float32Array;
  readonly dead: boolean;
}

function gatingNotices(
  imageClass: ImageClass,
  classRows: readonly number[],
  contextRows: readonly number[],
  kinds: readonly string[],
): Notice[] {
  const notices: Notice[] = [];
  const classIndex = imageClass.index;
  if (kinds.includes('no-class-prototype'))
    notices.push({
      kind: 'no-class-prototype',
      message:
        classRows.length === 0
          ? `${imageClass.name}: the bank has no class prototype; its LPCAM is empty.`
          : `${imageClass.name}: no centre passes the class gate; the one of largest p is used.`,
      classIndex,
    });
  if (kinds.includes('no-context-prototype') && contextRows.length === 0 && classRows.length > 0)
    notices.push({
      kind: 'no-context-prototype',
      message: `${imageClass.name}: no centre passes the context gates; nothing is subtracted and most of the image lights up.`,
      classIndex,
    });
  return notices;
}

/** Applies the gates of the study to the centres of each class of the image, in the order of `header.classes`. */
export function classPrototypes(header: GatedHeader): ClassPrototypes[] {
  const { centres, settings, alreadyGated } = header;
  const prototypes = header.classes.map((imageClass) => {
    const rows = [...centres.keys()].filter((row) => centres[row]?.classIndex === imageClass.index);
    const own = centres.filter(({ classIndex }) => classIndex === imageClass.index);
    const { fates, notices } = gateCentres(own, settings.gates, alreadyGated);
    const classRows = rows.filter((_, index) => fates[index]?.kind === 'class');
    const contextRows = rows.filter((_, index) => fates[index]?.kind === 'context');
    return {
      imageClass,
      classRows,
      contextRows,
      notices: gatingNotices(imageClass, classRows, contextRows, notices),
    };
  });
  if (header.means !== true) return prototypes;
  let row = 0;
  const mean = (rows: readonly number[]) => (rows.length === 0 ? [] : [row++]);
  return prototypes.map((one) => {
    return { ...one, classRows: mean(one.classRows), contextRows: mean(one.contextRows) };
  });
}

/** Size of a map, and whether it is made without the rule of the study's system. */
export interface MapForm {
  readonly size: MapSize;
  readonly plain: boolean;
}

/** CAM of class `position` of the image (its place in `header.classes`), at most 1. */
export function camOf(
  header: ExplanationHeader,
  scales: readonly ScaleMaps[],
  position: number,
  { size, plain }: MapForm,
): Float32Array {
  const fused = header.fusion !== null && !plain;
  const perScale = scales.map(({ height, width, cam, fusion }): LowMap => {
    const area = height * width;
    const maps = fused && fusion ? fusion.cam : cam;
    return { height, width, data: maps.subarray(position * area, (position + 1) * area) };
  });
  const { height, width } = header.image;
  return fused
    ? aggregateFused(perScale, height, width, size).map
    : aggregateCam(perScale, height, width, size);
}

/** LPCAM of a class, at most 1. */
export function lpcamOf(
  header: ExplanationHeader,
  scales: readonly ScaleMaps[],
  { imageClass, classRows, contextRows }: ClassPrototypes,
  { size, plain }: MapForm,
): LpcamMap {
  if (header.fusion !== null && !plain) {
    const { rule } = header.fusion;
    const position = header.classes.findIndex(({ index }) => index === imageClass.index);
    const attended = { position, classes: header.classes.length, classRows, contextRows };
    const perScale = scales.flatMap(({ height, width, fusion }): LowMap[] => {
      if (fusion === null) return [];
      return [{ height, width, data: fusedLpcamAtScale({ height, width, ...fusion }, attended, rule) }];
    });
    return aggregateFused(perScale, header.image.height, header.image.width, size);
  }
  const perScale = scales.map(({ height, width, similarity }): LowMap => {
    return { height, width, data: lpcamAtScale(similarity, height * width, classRows, contextRows) };
  });
  return aggregateLpcam(perScale, header.image.height, header.image.width, size);
}
