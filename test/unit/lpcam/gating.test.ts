import { describe, expect, it } from 'vitest';
import type { Mark } from '../../../src/lpcam/bank';
import { gateCentres, scoreCentre, softmax } from '../../../src/lpcam/gating';
import { presets } from '../../../src/lpcam/presets';

const foreground = (p: number, mark: Mark | null = null) => ({ set: 'foreground', p, mark }) as const;
const background = (p: number, mark: Mark | null = null) => ({ set: 'background', p, mark }) as const;
const kinds = (gating: ReturnType<typeof gateCentres>) => gating.fates.map((fate) => fate.kind);

describe('gates', () => {
  const { voc, coco } = presets;

  it('keep foreground centres above the class gate and background centres between the context gates', () => {
    const gating = gateCentres(
      [foreground(0.95), foreground(0.5), background(0.4), background(0.95), background(0.01)],
      voc.gates,
      false,
    );
    expect(kinds(gating)).toEqual(['class', 'rejected', 'context', 'rejected', 'rejected']);
    expect(gating.notices).toEqual([]);
    expect(gating.fates.map((fate) => fate.decidedBy)).toEqual([
      'class',
      'class',
      'context',
      'contextHigh',
      'contextLow',
    ]);
    expect(gating.fates.map((fate) => fate.reason)).toEqual([
      'p 0.95 > 0.9',
      'p 0.5 is not above 0.9',
      '0.05 < p 0.4 < 0.9',
      'p 0.95 is not below 0.9',
      'p 0.01 is not above 0.05',
    ]);
  });

  it('are strict, and compare in float32 as PyTorch does', () => {
    const at = [foreground(Math.fround(0.9)), background(Math.fround(0.05)), background(Math.fround(0.9))];
    expect(kinds(gateCentres([foreground(1), ...at], voc.gates, false))).toEqual([
      'class',
      'rejected',
      'rejected',
      'rejected',
    ]);
    expect(kinds(gateCentres([foreground(1), background(0)], coco.gates, false))).toEqual([
      'class',
      'rejected',
    ]);
  });

  it('keep the best foreground centre where none passes, and say so', () => {
    const gating = gateCentres([foreground(0.2), foreground(0.7), background(0.99)], voc.gates, false);
    expect(kinds(gating)).toEqual(['rejected', 'class', 'rejected']);
    expect(gating.notices).toEqual(['no-class-prototype', 'no-context-prototype']);
    expect(gating.fates[1]?.reason).toContain('0.7');
  });

  it('have nothing to keep where a class has no foreground centre', () => {
    expect(gateCentres([background(0.5)], voc.gates, false)).toMatchObject({
      fates: [{ kind: 'context' }],
      notices: ['no-class-prototype'],
    });
  });

  it('reject a centre whose score is not a number', () => {
    expect(kinds(gateCentres([foreground(NaN), foreground(0.91)], voc.gates, false))).toEqual([
      'rejected',
      'class',
    ]);
    expect(kinds(gateCentres([foreground(NaN)], voc.gates, false))).toEqual(['rejected']);
  });

  it('do not apply to published prototypes', () => {
    const gating = gateCentres([foreground(0.1), background(0.99)], voc.gates, true);
    expect(kinds(gating)).toEqual(['class', 'context']);
    expect(gating.notices).toEqual([]);
    expect(gateCentres([foreground(0.1)], voc.gates, true).notices).toEqual(['no-context-prototype']);
  });
});

describe('marks made by hand', () => {
  const { gates } = presets.voc;

  it('count for more than the gates, which stay in the reason', () => {
    const gating = gateCentres(
      [
        foreground(0.95, 'dropped'),
        foreground(0.2, 'pinned'),
        background(0.4, 'dropped'),
        background(0.99, 'pinned'),
        background(0.5),
      ],
      gates,
      false,
    );
    expect(kinds(gating)).toEqual(['rejected', 'class', 'rejected', 'context', 'context']);
    expect(gating.fates.map((fate) => fate.decidedBy)).toEqual(['hand', 'hand', 'hand', 'hand', 'context']);
    expect(gating.fates[0]?.reason).toBe('dropped by hand; p 0.95 > 0.9');
    expect(gating.fates[1]?.reason).toBe('pinned by hand; p 0.2 is not above 0.9');
    expect(gating.notices).toEqual([]);
  });

  it('that pin a centre leave nothing to keep for its largest p', () => {
    expect(kinds(gateCentres([foreground(0.7), foreground(0.1, 'pinned')], gates, false))).toEqual([
      'rejected',
      'class',
    ]);
  });

  it('that drop every passing centre leave the one of largest p that nobody dropped', () => {
    const gating = gateCentres([foreground(0.99, 'dropped'), foreground(0.3), foreground(0.4)], gates, false);
    expect(kinds(gating)).toEqual(['rejected', 'rejected', 'class']);
    expect(gating.fates[2]).toMatchObject({ decidedBy: 'largestP' });
    expect(gating.fates[2]?.reason).toContain('that is left');
    expect(gating.notices).toContain('no-class-prototype');
  });

  it('that drop all foreground centres leave the class without a prototype', () => {
    const gating = gateCentres([foreground(0.99, 'dropped'), background(0.3)], gates, false);
    expect(kinds(gating)).toEqual(['rejected', 'context']);
    expect(gating.notices).toEqual(['no-class-prototype']);
  });

  it('hold for published prototypes, too', () => {
    expect(kinds(gateCentres([foreground(0.5, 'dropped'), background(0.5)], gates, true))).toEqual([
      'rejected',
      'context',
    ]);
  });

  it('pin a centre whose score is no number', () => {
    expect(kinds(gateCentres([foreground(NaN, 'pinned')], gates, false))).toEqual(['class']);
  });
});

describe('scores of a centre', () => {
  it('are the softmax of the raw dot products', () => {
    const weight = Float32Array.from([1, 0, 0, 2, -1, 1]);
    const [a = 0, b = 0, c = 0] = scoreCentre(weight, 3, Float32Array.from([1, 0.5]));
    const total = Math.exp(1) + Math.exp(1) + Math.exp(-0.5);
    expect(a).toBeCloseTo(Math.exp(1) / total, 6);
    expect(b).toBeCloseTo(Math.exp(1) / total, 6);
    expect(c).toBeCloseTo(Math.exp(-0.5) / total, 6);
  });

  it('do not overflow on large logits', () => {
    expect([...softmax([1000, 1000, -1000])]).toEqual([0.5, 0.5, 0]);
  });
});
