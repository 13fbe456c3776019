/** An image's maps as one small picture with the figures of its seed: for hovers and tools, which draw nothing. */
import sharp from 'sharp';
import { heatOverlay } from '../../lpcam/heatOverlay';
import { classCounts } from '../../lpcam/metrics';
import { seedOf, type ClassMap } from '../../lpcam/seeds';
import { deviceLabel } from '../../protocol/device';
import type { Overlay, OverlayClass } from '../../protocol/reference';
import { camOf, classPrototypes, lpcamOf, type LpcamMap, type MapForm } from '../classMaps';
import type { Explanation } from '../explanation';
import { ownBytes } from '../ownBytes';

/** Pixel by pixel the largest of some maps, [area]; not-a-number counts as 0. */
function largest(maps: readonly ClassMap[], area: number): Float32Array {
  const all = new Float32Array(area);
  for (const { map } of maps) {
    for (let i = 0; i < area; i++) {
      const value = map[i] as number;
      if (value > (all[i] as number)) all[i] = value;
    }
  }
  return all;
}

/** IoU per class of the maps' seed with the mask; null for all without a mask. */
function ious(
  { header }: Explanation,
  maps: readonly ClassMap[],
  area: number,
): ReadonlyMap<number, number | null> {
  const { mask, settings } = header;
  if (mask === null || maps.length === 0) return new Map();
  const seed = seedOf(maps, settings.seeds.threshold, area);
  return new Map(
    maps.map(({ classIndex }) => [classIndex, classCounts(seed, mask.labels, classIndex + 1).iou]),
  );
}

/** As the panel shows them first. */
const form: MapForm = { size: 'highRes', plain: false };

/** @param side longest side of the picture; a smaller image stays as it is */
export async function overlayOf(explanation: Explanation, side: number): Promise<Overlay> {
  const { header, scales } = explanation;
  const { width, height, rgb } = header.image;
  const area = width * height;
  const prototypes = header.bank === null ? null : classPrototypes(header);
  const cams = header.classes.map((one, position): ClassMap => {
    return { classIndex: one.index, map: camOf(header, scales, position, form) };
  });
  const lpcams = prototypes?.map((one): LpcamMap & { classIndex: number } => {
    return { ...lpcamOf(header, scales, one, form), classIndex: one.imageClass.index };
  });
  const camIous = ious(explanation, cams, area);
  const lpcamIous = ious(explanation, lpcams ?? [], area);
  const classes = header.classes.map((one, position): OverlayClass => {
    const own = prototypes?.[position];
    return {
      name: one.name,
      source: one.source,
      probability: one.probability,
      classPrototypes: own?.classRows.length ?? null,
      contextPrototypes: own?.contextRows.length ?? null,
      dead: lpcams?.[position]?.dead ?? null,
      lpcamIou: lpcamIous.get(one.index) ?? null,
      camIou: camIous.get(one.index) ?? null,
    };
  });
  const blended = heatOverlay(rgb, largest(lpcams ?? cams, area));
  const { data, info } = await sharp(blended, { raw: { width, height, channels: 3 } })
    .resize(side, side, { fit: 'inside', withoutEnlargement: true })
    .png()
    .toBuffer({ resolveWithObject: true });
  const gating = prototypes?.flatMap(({ notices }) => notices) ?? [];
  return {
    map: lpcams === undefined ? 'cam' : 'lpcam',
    classes,
    threshold: header.settings.seeds.threshold,
    device: deviceLabel(header.device),
    notices: [...explanation.notices, ...gating].map(({ message }) => message),
    png: ownBytes(new Uint8Array(data)),
    width: info.width,
    height: info.height,
  };
}
