/** A centre that the tree of studies asks the gallery to show. */
import { describe, expect, it } from 'vitest';
import { arrange } from '../../../src/webview/gallery/model/arrangement';
import { gateBank, scoreBank } from '../../../src/webview/gallery/model/gatedCentres';
import { restoreGalleryView, type GalleryView } from '../../../src/webview/gallery/model/galleryView';
import { unfiltered, wayTo } from '../../../src/webview/gallery/model/wantedCentre';
import { galleryBank } from './syntheticGallery';

const { opened, bank } = galleryBank();
const { centres } = gateBank(scoreBank(bank, opened.classNames), opened.gates, false, new Map());
const wanted = { identity: 'one', centre: 4 };

function way(changes: Partial<GalleryView>, asked = wanted, shown: typeof opened | null = opened) {
  const view = { ...restoreGalleryView(null), ...changes };
  return wayTo(asked, shown, arrange(centres, view), view);
}

describe('A centre that is asked for', () => {
  it('is selected first, which unfolds its similarity maps, and then gone to', () => {
    expect(way({})).toBe('select');
    expect(way({ selected: 4 })).toBe('go');
  });

  it('is shown whatever the filters hide', () => {
    expect(way({ kind: 'class' })).toBe('unfilter');
    expect(way({ search: 'boat' })).toBe('unfilter');
    expect(way(unfiltered)).toBe('select');
  });

  it('waits for its own bank: ids mean something else in another one', () => {
    expect(way({}, wanted, null)).toBe('wait');
    expect(way({}, { ...wanted, identity: 'two' })).toBe('wait');
  });

  it('is forgotten when the bank has no such centre', () => {
    expect(way({}, { ...wanted, centre: 99 })).toBe('drop');
  });
});
