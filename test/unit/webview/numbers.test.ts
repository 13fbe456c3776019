import { describe, expect, it } from 'vitest';
import { count, duration, percent, value } from '../../../src/webview/imagePanel/model/figureText';
import { MapCache } from '../../../src/webview/imagePanel/model/mapCache';
import { ticksOf } from '../../../src/webview/imagePanel/model/ticks';
import { ownRange, valueRange } from '../../../src/webview/shared/picture/valueRange';

describe('Numbers on the panel', () => {
  it('are percent with one decimal for scores, and a dash where there is none', () => {
    expect([percent(0.4567), percent(1), percent(0), percent(null)]).toEqual(['45.7', '100.0', '0.0', '–']);
  });

  it('have three decimals and a true minus for values', () => {
    expect([value(0.12345), value(-0.5), value(-0.0001), value(NaN)]).toEqual([
      '0.123',
      '−0.500',
      '0.000',
      'NaN',
    ]);
  });

  it('group thousands and choose the unit of a duration', () => {
    expect(count(1234567)).toBe('1\u202f234\u202f567');
    expect([duration(12.4), duration(999), duration(1234)]).toEqual(['12 ms', '999 ms', '1.2 s']);
  });
});

describe('The colour bar', () => {
  it('has its ends and round numbers between them', () => {
    expect(ticksOf(0, 1, 6)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
    expect(ticksOf(-0.72, 0.72, 5)).toEqual([-0.72, 0, 0.72]);
    expect(ticksOf(0.05, 0.72, 6)).toEqual([0.05, 0.2, 0.4, 0.6, 0.72]);
  });

  it('leaves out what its ends would touch', () => {
    const letters = (tick: number) => (String(tick).length + 1) * 0.03;
    expect(ticksOf(-0.62, 0.62, 6)).toEqual([-0.62, -0.5, -0.25, 0, 0.25, 0.5, 0.62]);
    expect(ticksOf(-0.62, 0.62, 6, letters)).toEqual([-0.62, -0.25, 0, 0.25, 0.62]);
    expect(ticksOf(0, 1, 6, letters)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
  });

  it('has one number for a map with one value', () => {
    expect(ticksOf(0.3, 0.3, 6)).toEqual([0.3]);
  });
});

describe('The range of cosines', () => {
  it('covers every map of the class, rounded outward', () => {
    const range = valueRange([Float32Array.of(0.123, 0.4), Float32Array.of(0.3, 0.716)]);
    expect(range).toEqual({ low: 0.12, high: 0.72, signed: false });
  });

  it('is symmetrical about zero once values are negative', () => {
    expect(valueRange([Float32Array.of(-0.2, 0.55)])).toEqual({ low: -0.55, high: 0.55, signed: true });
    expect(ownRange(Float32Array.of(-0.75, 0.5))).toEqual({ low: -0.75, high: 0.75, signed: true });
  });

  it('takes rounding noise below zero for zero', () => {
    expect(valueRange([Float32Array.of(-0.0005, 0.5)])).toEqual({ low: 0, high: 0.5, signed: false });
  });

  it('is 0 to 1 where there is nothing to show', () => {
    expect(valueRange([])).toEqual({ low: 0, high: 1, signed: false });
  });
});

describe('Computed maps', () => {
  it('are remembered until their budget of bytes is spent, the least used going first', () => {
    const cache = new MapCache(100);
    const made: string[] = [];
    const get = (key: string) =>
      cache.get(
        key,
        () => {
          made.push(key);
          return key;
        },
        () => 40,
      );
    get('a');
    get('b');
    get('a');
    get('c');
    expect(cache.bytes).toBe(80);
    get('a');
    get('b');
    expect(made).toEqual(['a', 'b', 'c', 'b']);
  });

  it('keep the newest even when it alone exceeds the budget', () => {
    const cache = new MapCache(10);
    const big = () =>
      cache.get(
        'big',
        () => ({}),
        () => 40,
      );
    expect(big()).toBe(big());
  });
});
