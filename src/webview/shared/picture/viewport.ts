/** Zoom and pan of the stage, in plain numbers: CSS pixels of the pane on one side, image pixels on the other. */

/** `scale`: CSS pixels per image pixel, null to fit; `x`, `y`: the image point in the middle of the pane. */
export interface Zoom {
  readonly scale: number | null;
  readonly x: number;
  readonly y: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Where the image lies in the pane: `left`, `top` in CSS pixels of the pane, `scale` CSS pixels per image pixel. */
export interface Placement {
  readonly left: number;
  readonly top: number;
  readonly scale: number;
}

export const fitZoom: Zoom = { scale: null, x: 0, y: 0 };
const largestScale = 64;
const margin = 8;

/** The scale at which the whole image fits the pane with a small margin. */
function fitScale(pane: Size, image: Size): number {
  const width = Math.max(pane.width - 2 * margin, 16);
  const height = Math.max(pane.height - 2 * margin, 16);
  return Math.min(width / image.width, height / image.height, largestScale);
}

/** Smallest scale a person can zoom out to. */
function smallestScale(pane: Size, image: Size): number {
  return Math.min(fitScale(pane, image), 1) / 2;
}

const clamp = (value: number, low: number, high: number) => Math.min(Math.max(value, low), high);

/** Keeps the middle of the pane inside the image, so that the image can never be lost. */
function settle(zoom: Zoom, image: Size): Zoom {
  return { scale: zoom.scale, x: clamp(zoom.x, 0, image.width), y: clamp(zoom.y, 0, image.height) };
}

/** Where the image lies for this zoom. */
export function placeImage(zoom: Zoom, pane: Size, image: Size): Placement {
  const scale = zoom.scale ?? fitScale(pane, image);
  const x = zoom.scale === null ? image.width / 2 : zoom.x;
  const y = zoom.scale === null ? image.height / 2 : zoom.y;
  return { left: pane.width / 2 - x * scale, top: pane.height / 2 - y * scale, scale };
}

/** The image pixel under a point of the pane; null outside the image. */
export function pixelAt(
  place: Placement,
  image: Size,
  left: number,
  top: number,
): { row: number; column: number } | null {
  const column = Math.floor((left - place.left) / place.scale);
  const row = Math.floor((top - place.top) / place.scale);
  const inside = column >= 0 && row >= 0 && column < image.width && row < image.height;
  return inside ? { row, column } : null;
}

/** Zooms by `factor` and keeps the image point under (left, top) where it is. */
export function zoomAt(zoom: Zoom, pane: Size, image: Size, left: number, top: number, factor: number): Zoom {
  const place = placeImage(zoom, pane, image);
  const scale = clamp(place.scale * factor, smallestScale(pane, image), largestScale);
  const x = (left - place.left) / place.scale;
  const y = (top - place.top) / place.scale;
  return settle(
    { scale, x: x + (pane.width / 2 - left) / scale, y: y + (pane.height / 2 - top) / scale },
    image,
  );
}

/** One image pixel is one CSS pixel, around what the pane shows now. */
export function zoomToPixels(zoom: Zoom, image: Size): Zoom {
  return zoom.scale === null
    ? { scale: 1, x: image.width / 2, y: image.height / 2 }
    : { scale: 1, x: zoom.x, y: zoom.y };
}

/** Moves the image by CSS pixels; a fitted image stays as large as it is. */
export function panBy(zoom: Zoom, pane: Size, image: Size, left: number, top: number): Zoom {
  const place = placeImage(zoom, pane, image);
  const x = (pane.width / 2 - place.left - left) / place.scale;
  const y = (pane.height / 2 - place.top - top) / place.scale;
  return settle({ scale: place.scale, x, y }, image);
}

/** Pans just as far as it takes to see a pixel. */
export function reveal(zoom: Zoom, pane: Size, image: Size, row: number, column: number): Zoom {
  const place = placeImage(zoom, pane, image);
  const left = place.left + (column + 0.5) * place.scale;
  const top = place.top + (row + 0.5) * place.scale;
  const edge = Math.min(24, pane.width / 4, pane.height / 4);
  const moveLeft = clamp(left, edge, pane.width - edge) - left;
  const moveTop = clamp(top, edge, pane.height - edge) - top;
  if (moveLeft === 0 && moveTop === 0) return zoom;
  return panBy(zoom, pane, image, moveLeft, moveTop);
}
