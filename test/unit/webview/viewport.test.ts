import { describe, expect, it } from 'vitest';
import {
  fitZoom,
  panBy,
  pixelAt,
  placeImage,
  reveal,
  zoomAt,
  zoomToPixels,
} from '../../../src/webview/shared/picture/viewport';

const pane = { width: 416, height: 316 };
const image = { width: 200, height: 100 };

describe('The stage', () => {
  it('fits the whole image in the middle of the pane', () => {
    expect(placeImage(fitZoom, pane, image)).toEqual({ left: 8, top: 58, scale: 2 });
  });

  it('names the pixel under the pointer, and none beside the image', () => {
    const place = placeImage(fitZoom, pane, image);
    expect(pixelAt(place, image, 8, 58)).toEqual({ row: 0, column: 0 });
    expect(pixelAt(place, image, 407.9, 257.9)).toEqual({ row: 99, column: 199 });
    expect(pixelAt(place, image, 7.9, 58)).toBeNull();
    expect(pixelAt(place, image, 408, 258)).toBeNull();
  });

  it('keeps the pixel under the pointer while the wheel zooms', () => {
    const before = pixelAt(placeImage(fitZoom, pane, image), image, 301, 101);
    let zoom = fitZoom;
    for (let i = 0; i < 5; i++) zoom = zoomAt(zoom, pane, image, 301, 101, 1.3);
    const place = placeImage(zoom, pane, image);
    expect(place.scale).toBeCloseTo(2 * 1.3 ** 5);
    expect(pixelAt(place, image, 301, 101)).toEqual(before);
  });

  it('stops zooming at 64 screen pixels per image pixel and at half the fitting size', () => {
    expect(zoomAt(fitZoom, pane, image, 0, 0, 1e6).scale).toBe(64);
    expect(zoomAt(fitZoom, pane, image, 0, 0, 1e-6).scale).toBe(0.5);
  });

  it('shows one image pixel per screen pixel around what was in the middle', () => {
    expect(zoomToPixels(fitZoom, image)).toEqual({ scale: 1, x: 100, y: 50 });
    expect(zoomToPixels({ scale: 4, x: 20, y: 30 }, image)).toEqual({ scale: 1, x: 20, y: 30 });
  });

  it('pans with the pointer but never loses the image', () => {
    const zoom = { scale: 4, x: 100, y: 50 };
    expect(panBy(zoom, pane, image, 40, -20)).toEqual({ scale: 4, x: 90, y: 55 });
    expect(panBy(zoom, pane, image, 1e6, 1e6)).toEqual({ scale: 4, x: 0, y: 0 });
  });

  it('follows the cursor of the keyboard just as far as needed', () => {
    const zoom = { scale: 8, x: 100, y: 50 };
    expect(reveal(zoom, pane, image, 50, 100)).toBe(zoom);
    const moved = reveal(zoom, pane, image, 50, 199);
    const place = placeImage(moved, pane, image);
    expect(place.left + 199.5 * place.scale).toBeLessThanOrEqual(pane.width - 24 + 1e-9);
    expect(moved.y).toBe(50);
  });
});
