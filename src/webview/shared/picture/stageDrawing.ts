/** Draws picture, overlay, outlines and cursor onto a canvas: on the stage and into saved pictures alike. */
import type { LayerBitmap } from './bitmap';
import { halfFor } from './halves';
import { hatchPattern } from './hatch';
import { hatchKinds, removalKinds, type HatchKind } from './hatchKind';
import type { Layer } from './layer';
import type { Outline } from './outline';
import type { Sheets } from './sheets';
import type { Placement } from './viewport';

export interface StageContent {
  readonly picture: HTMLCanvasElement;
  readonly layer: Layer;
  /** Of the overlay, 0..1. */
  readonly opacity: number;
  readonly outlines: readonly Outline[];
}

/** Above this many CSS pixels per image pixel, pixels are shown as squares. */
const pixelatedFrom = 2;

/** The hatches that a layer may have. */
const hatchesOf: Readonly<Record<Exclude<Layer['kind'], 'none'>, readonly HatchKind[]>> = {
  heat: [],
  labels: ['unknown'],
  suppression: removalKinds,
  agreement: hatchKinds,
};

const paths = new WeakMap<Float32Array, Path2D>();

function outlinePath({ segments }: Outline): Path2D {
  const known = paths.get(segments);
  if (known) return known;
  const path = new Path2D();
  for (let i = 0; i < segments.length; i += 4) {
    path.moveTo(segments[i] as number, segments[i + 1] as number);
    path.lineTo(segments[i + 2] as number, segments[i + 3] as number);
  }
  paths.set(segments, path);
  return path;
}

/**
 * @param place where the image goes, in CSS pixels; @param ratio device pixels per CSS pixel
 * @param sheets those of the canvas; @param scratch a canvas to hatch on; it is resized to the target
 */
export function drawStage(
  context: CanvasRenderingContext2D,
  content: StageContent,
  bitmap: LayerBitmap,
  place: Placement,
  ratio: number,
  sheets: Sheets,
  scratch: HTMLCanvasElement,
): void {
  const { picture, layer, opacity, outlines } = content;
  const { canvas } = context;
  const { width, height } = picture;
  const { left, top, scale } = place;
  const onImage = (target: CanvasRenderingContext2D) =>
    target.setTransform(
      scale * ratio,
      0,
      0,
      scale * ratio,
      Math.round(left * ratio),
      Math.round(top * ratio),
    );
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, canvas.width, canvas.height);
  const below = sheets.picture.of(canvas, [picture, left, top, scale, ratio], (target) => {
    onImage(target);
    target.imageSmoothingEnabled = scale < pixelatedFrom;
    target.imageSmoothingQuality = 'high';
    target.drawImage(halfFor(picture, scale * ratio), 0, 0, width, height);
  });
  context.drawImage(below, 0, 0);
  if (layer.kind !== 'none') {
    bitmap.update(layer);
    const { rasters } = bitmap;
    const main = rasters.get('main');
    // Hatches are there to be told apart, and do not fade; what both seeds have stays behind them.
    const fades = layer.kind === 'heat' || layer.kind === 'labels';
    const ownOpacity = fades ? 1 : opacity * 0.6;
    const above = sheets.overlay.of(canvas, [rasters, left, top, scale, ratio, ownOpacity], (target) => {
      onImage(target);
      // Heat is smooth: what reads every one of its pixels shows no more.
      target.imageSmoothingEnabled = layer.kind === 'heat' && scale < pixelatedFrom;
      target.globalAlpha = ownOpacity;
      if (main) target.drawImage(main, 0, 0, width, height);
      target.globalAlpha = 1;
      for (const kind of hatchesOf[layer.kind]) {
        const stencil = rasters.get(kind);
        if (stencil) drawHatched(target, stencil, kind, onImage, ratio, scratch, { width, height });
      }
    });
    context.globalAlpha = fades ? opacity : 1;
    context.drawImage(above, 0, 0);
    context.globalAlpha = 1;
  }
  onImage(context);
  for (const outline of outlines) strokeOutline(context, outline, scale, { width, height });
  context.setTransform(1, 0, 0, 1, 0, 0);
}

function drawHatched(
  context: CanvasRenderingContext2D,
  stencil: CanvasImageSource,
  kind: HatchKind,
  onImage: (target: CanvasRenderingContext2D) => void,
  ratio: number,
  scratch: HTMLCanvasElement,
  image: { width: number; height: number },
): void {
  scratch.width = context.canvas.width;
  scratch.height = context.canvas.height;
  const hatch = scratch.getContext('2d');
  if (!hatch) return;
  onImage(hatch);
  hatch.imageSmoothingEnabled = false;
  hatch.drawImage(stencil, 0, 0, image.width, image.height);
  hatch.setTransform(1, 0, 0, 1, 0, 0);
  hatch.globalCompositeOperation = 'source-in';
  hatch.fillStyle = hatchPattern(hatch, kind, ratio) ?? 'black';
  hatch.fillRect(0, 0, scratch.width, scratch.height);
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.drawImage(scratch, 0, 0);
}

/** A dark line under a light one shows on every picture and every colour map; the mask's is dashed. */
function strokeOutline(
  context: CanvasRenderingContext2D,
  outline: Outline,
  scale: number,
  image: { width: number; height: number },
): void {
  context.save();
  // A reduced label map lies over the whole image all the same.
  context.scale(image.width / outline.width, image.height / outline.height);
  const pixel = outline.width / image.width / scale;
  const path = outlinePath(outline);
  context.lineCap = 'square';
  context.strokeStyle = 'rgb(0 0 0 / 75%)';
  context.lineWidth = 3 * pixel;
  context.stroke(path);
  context.strokeStyle = outline.style === 'seed' ? 'white' : 'rgb(255 220 60)';
  context.lineWidth = 1.25 * pixel;
  context.stroke(path);
  context.restore();
}

/** A cross through the pixel, open in the middle, and the pixel's own square where it is large enough to see. */
export function drawCursor(
  context: CanvasRenderingContext2D,
  place: Placement,
  ratio: number,
  row: number,
  column: number,
): void {
  const { canvas } = context;
  const x = Math.round((place.left + (column + 0.5) * place.scale) * ratio);
  const y = Math.round((place.top + (row + 0.5) * place.scale) * ratio);
  const gap = Math.max(6, place.scale / 2 + 3) * ratio;
  context.setTransform(1, 0, 0, 1, 0, 0);
  for (const [colour, width] of [
    ['rgb(0 0 0 / 40%)', 3],
    ['rgb(255 255 255 / 90%)', 1],
  ] as const) {
    context.strokeStyle = colour;
    context.lineWidth = width * ratio;
    context.beginPath();
    for (const [x0, y0, x1, y1] of [
      [0, y, x - gap, y],
      [x + gap, y, canvas.width, y],
      [x, 0, x, y - gap],
      [x, y + gap, x, canvas.height],
    ] as const) {
      context.moveTo(x0, y0);
      context.lineTo(x1, y1);
    }
    const side = Math.max(place.scale, 4) * ratio;
    context.rect(x - side / 2, y - side / 2, side, side);
    context.stroke();
  }
}
