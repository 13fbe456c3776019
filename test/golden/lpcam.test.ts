/** Gates, scores of centres and the published bank, against an independent implementation's. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readNpy } from '../../src/formats/npy';
import { toFloat32 } from '../../src/formats/numericArray';
import { readPublishedBank } from '../../src/formats/publishedBank';
import { FileSource } from '../../src/formats/rangeSource';
import { readTorchFile, tensorsOf } from '../../src/formats/torchFile';
import { gateCentres, scoreCentre } from '../../src/lpcam/gating';
import { presets } from '../../src/lpcam/presets';
import { hasShared, sharedJson, sharedPath } from './support/shared';

interface BankClass {
  readonly class: number;
  readonly p_fg: readonly number[];
  readonly p_bg: readonly number[];
  readonly kept_fg: number;
  readonly kept_bg: number;
}

const folder = (name: string) => sharedPath('golden', 'lpcam', name);

/** Rows of `bank.CLASS.SET.npy`, [K, C]. */
function rows(name: string, set: 'fg' | 'bg'): Float32Array[] {
  const file = folder(`bank.${name}.${set}.npy`);
  const array = readNpy(new Uint8Array(readFileSync(file)), file);
  const [count = 0, channels = 0] = array.shape;
  const values = toFloat32(array);
  return Array.from({ length: count }, (_, i) => values.slice(i * channels, (i + 1) * channels));
}

describe.skipIf(!hasShared)('the bank of voc-animals', () => {
  const bank = (hasShared ? sharedJson('golden', 'lpcam', 'bank.json') : {}) as Record<string, BankClass>;
  const classes = Object.entries(bank);

  function gated(entry: BankClass) {
    const centres = [
      ...entry.p_fg.map((p) => ({ set: 'foreground' as const, p, mark: null })),
      ...entry.p_bg.map((p) => ({ set: 'background' as const, p, mark: null })),
    ];
    return gateCentres(centres, presets.voc.gates, false);
  }

  it('has as many class and context prototypes per class as the reference keeps', () => {
    expect(classes.length).toBeGreaterThan(10);
    for (const [name, entry] of classes) {
      const { fates, notices } = gated(entry);
      const kept = (kind: string) => fates.filter((fate) => fate.kind === kind).length;
      const alone = entry.kept_fg === 0;
      expect([name, kept('class'), kept('context')]).toEqual([
        name,
        alone ? 1 : entry.kept_fg,
        entry.kept_bg,
      ]);
      expect(notices.includes('no-class-prototype')).toBe(alone);
      expect(notices.includes('no-context-prototype')).toBe(entry.kept_bg === 0);
    }
  });

  it('gates to exactly the published prototypes', () => {
    const files = { classCentres: folder('class_ceneters.pt'), context: folder('class_context.pt') };
    const names = Array.from({ length: 20 }, (_, i) => `class ${i}`);
    const published = readPublishedBank(
      new FileSource(files.classCentres),
      new FileSource(files.context),
      files,
      names,
    );
    expect(published.channels).toBe(1280);
    for (const [name, entry] of classes) {
      const { fates } = gated(entry);
      const all = [...rows(name, 'fg'), ...rows(name, 'bg')];
      const kept = (kind: string) => all.filter((_, i) => fates[i]?.kind === kind);
      const stored = (set: string) =>
        published.centres.filter((centre) => centre.classIndex === entry.class && centre.set === set);
      expect(stored('foreground').map(({ vector }) => vector)).toEqual(kept('class'));
      expect(stored('background').map(({ vector }) => vector)).toEqual(kept('context'));
    }
  });

  it("scores its centres with the classifier's softmax", () => {
    const file = sharedPath('models', 'mobilenetv2-voc20.pth');
    const tensors = tensorsOf(readTorchFile(new FileSource(file), file), file);
    const weights = [...tensors.values()].filter(({ shape }) => shape[0] === 20 && shape[1] === 1280);
    expect(weights).toHaveLength(1);
    const weight = toFloat32(weights[0]?.numbers() ?? { dtype: 'float32', data: new Float32Array(0) });
    for (const [name, entry] of classes) {
      const p = (set: 'fg' | 'bg') =>
        rows(name, set).map((row) => scoreCentre(weight, 20, row)[entry.class] ?? NaN);
      for (const [found, expected] of [
        [p('fg'), entry.p_fg],
        [p('bg'), entry.p_bg],
      ] as const) {
        expect(found.length).toBe(expected.length);
        found.forEach((value, i) => expect(Math.abs(value - (expected[i] ?? NaN))).toBeLessThan(1e-5));
      }
    }
  });
});
