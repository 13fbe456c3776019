import { describe, expect, it } from 'vitest';
import { mapSize } from '../../../src/lpcam/aggregate';
import { shownSize } from '../../../src/webview/imagePanel/model/shownSize';
import { layerOf } from '../../../src/webview/imagePanel/model/layer';
import { syntheticHeader } from './syntheticExplanation';
import { testScene } from './testScene';

const pixelsOf = (height: number, width: number, by: 'processor' | 'gpu') => {
  const drawn = mapSize(height, width, shownSize({ height, width }, by));
  return drawn.height * drawn.width;
};

describe('The size that maps are drawn at while a slider moves', () => {
  it('is the image’s where that is quick', () => {
    expect(shownSize({ width: 320, height: 150 }, 'processor')).toBe('highRes');
    expect(shownSize({ width: 1000, height: 1000 }, 'gpu')).toBe('highRes');
  });

  it('is a part of each side, of about as many pixels however large the image', () => {
    expect(shownSize({ width: 1000, height: 1000 }, 'processor')).toBe(5);
    for (const side of [500, 1000, 4000, 12_000]) {
      expect(pixelsOf(side, side, 'processor')).toBeLessThan(51_000);
      expect(pixelsOf(side, side, 'gpu')).toBeLessThan(1_510_000);
    }
  });

  it('has the mask’s own labels at the pixels that are drawn', () => {
    const header = syntheticHeader();
    const layer = layerOf(testScene({}, { header, size: 7 }), 'mask');
    if (layer.kind !== 'labels' || !(layer.source instanceof Uint8Array)) throw new Error('no mask');
    const { source, width } = layer;
    const labels = header.mask?.labels ?? new Uint8Array();
    expect([...source]).toEqual(
      Array.from(source, (_, i) => labels[Math.floor(i / width) * 7 * header.image.width + (i % width) * 7]),
    );
  });
});
