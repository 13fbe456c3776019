/** What the person chose in a comparison of two banks. */
import { describe, expect, it } from 'vitest';
import { moveBar, restoreCompareView } from '../../../src/webview/compare/compareView';

describe('the bars of a comparison', () => {
  const bars = { matched: 0.9, drifted: 0.7 };

  it('give way to each other, so that drifted is never above matched', () => {
    expect(moveBar(bars, 'matched', 0.6)).toEqual({ matched: 0.6, drifted: 0.6 });
    expect(moveBar(bars, 'drifted', 0.95)).toEqual({ matched: 0.95, drifted: 0.95 });
    expect(moveBar(bars, 'drifted', 0.8)).toEqual({ matched: 0.9, drifted: 0.8 });
  });

  it('are as they were after a reload, and at their defaults where nothing sensible was kept', () => {
    const image = { map: 'cam', imageClass: 'dog', opacity: 0.4 };
    const view = { bars, className: 'boat', rejected: true, ...image };
    expect(restoreCompareView({ version: 1, first: 'a', second: 'b', ...view })).toEqual(view);
    const usual = { map: 'lpcam', imageClass: null, opacity: 0.6 };
    const fresh = { bars: { matched: 0.95, drifted: 0.8 }, className: null, rejected: false, ...usual };
    // A state of before there were images.
    expect(restoreCompareView({ bars, className: 'boat', rejected: true })).toEqual({
      ...view,
      ...usual,
    });
    for (const kept of [undefined, null, 'x', { ...view, bars: { matched: 7, drifted: 0 } }])
      expect(restoreCompareView(kept)).toEqual(fresh);
  });
});
