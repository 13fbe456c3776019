/** Which scales an image is run at, and at what sizes. */
import { totalmem } from 'node:os';
import { basename } from 'node:path';
import { InputError } from '../../lpcam/inputError';
import type { Notice } from '../../lpcam/notice';
import { scaledSize } from '../../lpcam/rounding';

export interface PlannedScale {
  readonly scale: number;
  readonly height: number;
  readonly width: number;
}

export interface Plan {
  /** Scale 1 first, then the study's order. */
  readonly scales: readonly PlannedScale[];
  readonly notices: readonly Notice[];
}

/**
 * Pixels of the largest input that is run, image and mirror. Measured: 370 bytes of working memory per pixel
 * (MobileNetV2, ResNet-50 to stride 16; wider networks take several times that), so that this is 5 GB; at most half of
 * a small machine's memory.
 */
export function defaultPixelLimit(): number {
  return Math.floor(Math.min(12_500_000, totalmem() / 2 / 400));
}

const megapixels = (count: number) => `${(count / 1e6).toFixed(1)} million pixels`;

/** Why a scale cannot be run; null when it can. */
function hindrance({ height, width }: PlannedScale, limit: number): string | null {
  if (height < 1 || width < 1) return 'nothing of the image would be left';
  return height * width > limit ? `${megapixels(height * width)} are more than ${megapixels(limit)}` : null;
}

/**
 * Plans the scales of an image.
 * @param fixedSize input size the network is bound to, [height, width]: the image is resized to it, at scale 1 only
 * @throws InputError when the image itself is too large
 */
export function planScales(
  image: { readonly path: string; readonly height: number; readonly width: number },
  scales: readonly number[],
  fixedSize: readonly [number, number] | null,
  limit: number,
): Plan {
  const leftOut = (message: string): Notice => ({ kind: 'scale-left-out', message, file: image.path });
  if (fixedSize !== null) {
    const [height, width] = fixedSize;
    const others = scales.filter((scale) => scale !== 1);
    const rest = others.length === 0 ? '' : ` Scales ${others.join(', ')} are left out.`;
    const message =
      `The network only takes ${height} x ${width} (height x width): the image, ${image.height} x ${image.width}, ` +
      `was resized to that.${rest} Export it with dynamic height and width for comparable figures.`;
    const same = image.height === height && image.width === width && rest === '';
    return { scales: [{ scale: 1, height, width }], notices: same ? [] : [leftOut(message)] };
  }
  const ordered = [...scales.filter((scale) => scale === 1), ...scales.filter((scale) => scale !== 1)];
  const planned: PlannedScale[] = [];
  const notices: Notice[] = [];
  for (const scale of ordered) {
    const size = { scale, ...scaledSize(image.height, image.width, scale) };
    const problem = hindrance(size, limit);
    if (problem === null) planned.push(size);
    else if (scale === 1) {
      throw new InputError(
        `The image ${image.path} is too large for the network: ${image.width} x ${image.height}, and ${problem}. Shrink it first.`,
        { file: image.path },
      );
    } else notices.push(leftOut(`Scale ${scale} of ${basename(image.path)} was left out: ${problem}.`));
  }
  if (planned.length === 0) {
    throw new InputError(
      `The image ${image.path} (${image.width} x ${image.height}) cannot be run at any scale of the study (${scales.join(', ')}).`,
      { file: image.path },
    );
  }
  return { scales: planned, notices };
}

/**
 * Says at which scales the mirrored features lie off the image's (lpcam.md, section 6): the numbers are the published
 * ones all the same.
 */
export function mirrorNotice(scales: readonly PlannedScale[], stride: number | null): Notice | null {
  if (stride === null || stride === 1) return null;
  const off = scales.filter(({ width }) => width % stride !== 0).map(({ scale }) => scale);
  if (off.length === 0) return null;
  return {
    kind: 'width-not-multiple-of-stride',
    message:
      `At scale ${off.join(', ')} the width is no multiple of the stride, ${stride}: the mirrored features lie up to ` +
      `${stride - 1} pixels off, as they do in the published code.`,
  };
}
