import { describe, expect, it } from 'vitest';
import { partKey } from '../../../src/webview/imagePanel/exact/part';
import { checkScale } from '../../../src/webview/imagePanel/model/explanation';
import { figuresSheet } from '../../../src/webview/imagePanel/model/figuresSheet';
import { seedFigures } from '../../../src/webview/imagePanel/model/figures';
import { ruleWords, viewRule } from '../../../src/webview/imagePanel/model/ruleWords';
import { viewTitle } from '../../../src/webview/imagePanel/viewLabels';
import { syntheticHeader, syntheticScale } from './syntheticExplanation';
import { testScene } from './testScene';

const header = syntheticHeader({ fusion: { rule: 'plus', refined: true } });
const fused = 'MCTformer+: √(class attention × LPCAM of the patch tokens), refined by patch attention';

describe('The panel says which rule made a map', () => {
  it('of a study of MCTformer: under CAM, LPCAM, Suppression and Seed, and in the tooltip', () => {
    const scene = testScene({}, { header, scales: [1] });
    expect(viewRule(scene, 'lpcam')).toBe(fused);
    expect(viewRule(scene, 'suppression')).toBe(fused);
    expect(viewRule(scene, 'cam')).toBe(
      'MCTformer+: √(class attention × patch CAM), refined by patch attention',
    );
    expect(viewRule(scene, 'seed')).toBe(fused);
    expect(viewRule(scene, 'prototype')).toBeNull();
    expect(viewTitle(scene, 'lpcam')).toBe(fused);
  });

  it('when it is left out, and when it is not refined', () => {
    const plain = testScene({ plain: true }, { header, scales: [1] });
    expect(viewRule(plain, 'lpcam')).toBe(
      'LPCAM of the patch tokens alone, without class and patch attention',
    );
    const large = syntheticHeader({ fusion: { rule: 'v2', refined: false } });
    expect(ruleWords(testScene({}, { header: large, scales: [1] }), 'lpcam')).toBe(
      'MCTformer V2: class attention × LPCAM of the patch tokens, not refined by patch attention (too large)',
    );
  });

  it('and nothing where the system has no rule of its own', () => {
    expect(viewRule(testScene(), 'lpcam')).toBeNull();
    expect(viewTitle(testScene(), 'lpcam')).toMatch(/^relu/);
  });

  it('beside copied figures', () => {
    const scene = testScene({}, { header, scales: [1] });
    expect(figuresSheet(scene, [seedFigures(scene, 'lpcam')])).toContain(`\t${fused}\t1\n`);
  });
});

it('Maps of the rule and plain ones are kept apart', () => {
  const [one, other] = [false, true].map((plain) => testScene({ plain }, { header, scales: [1] }));
  if (!one || !other) throw new Error('no scenes');
  for (const view of ['cam', 'lpcam', 'seed', 'suppression'] as const) {
    const part = { kind: 'layer', view } as const;
    expect(partKey(one, part)).not.toBe(partKey(other, part));
  }
  expect(one.lpcam(0).map).not.toEqual(other.lpcam(0).map);
});

it('Attention that does not fit the header is refused', () => {
  const maps = syntheticScale(header, 1);
  expect(() => checkScale(header, maps)).not.toThrow();
  expect(() => checkScale(header, { ...maps, fusion: null })).toThrow(/"fusion\.cam" has 0 values/);
  const { fusion } = maps;
  const short = fusion && { ...fusion, affinity: new Uint16Array(5) };
  expect(() => checkScale(header, { ...maps, fusion: short })).toThrow(/"fusion\.affinity" has 5 values/);
});
