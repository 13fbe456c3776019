/** MCTformer's own rule, from a checkpoint of weights to the maps that people see and the seeds they train on. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { camOf, classPrototypes, lpcamOf } from '../../../src/engine/classMaps';
import { Engine } from '../../../src/engine/engine';
import { explainWhole, type Explanation } from '../../../src/engine/explanation';
import { readBank } from '../../../src/engine/bankFile';
import { resizeNearest } from '../../../src/lpcam/nearest';
import { readNpy } from '../../../src/formats/npy';
import { toFloat32 } from '../../../src/formats/numericArray';
import { readSeedMaps } from '../../../src/formats/readSeed';
import type { MctFormerRule } from '../../../src/lpcam/mctFormer';
import { MapCache } from '../../../src/webview/imagePanel/model/mapCache';
import { Maps } from '../../../src/webview/imagePanel/model/maps';
import { checkHeader, checkScale } from '../../../src/webview/imagePanel/model/explanation';
import { BuiltProgram } from '../cli/support/builtProgram';
import { mctImage, mctStudy, reference, type MctStudy } from './support/mctStudy';

let made: MctStudy | null = null;
let engine: Engine;
beforeEach(() => {
  engine = new Engine();
});
afterEach(async () => {
  await engine.dispose();
  made?.study.remove();
  made = null;
});

function explain({ study }: MctStudy, affinityLimit?: number): Promise<Explanation> {
  return explainWhole(
    engine,
    {
      study: { file: study.file },
      image: study.image(mctImage.id),
      classes: null,
      deviceChoice: null,
      ...(affinityLimit === undefined ? {} : { affinityLimit }),
    },
    new AbortController().signal,
  );
}

function largestDifference(found: Float32Array, wanted: Float32Array): number {
  expect(found.length).toBe(wanted.length);
  return found.reduce((largest, value, i) => {
    const difference = Math.abs(value - (wanted[i] ?? NaN));
    return difference <= largest ? largest : difference;
  }, 0);
}

const shown = { size: 'highRes', plain: false } as const;
const plain = { size: 'highRes', plain: true } as const;

const rules: [MctFormerRule, readonly number[]][] = [
  ['v2', [1]],
  ['plus', [1, 0.75, 1.25]],
];

describe.each(rules)('MCTformer (%s)', (rule, scales) => {
  it('has the CAM and the LPCAM of its own rule, at its own scales', async () => {
    made = await mctStudy(rule);
    const { header, scales: maps } = await explain(made);
    expect(header.fusion).toEqual({ rule, refined: true });
    expect(maps.map(({ scale }) => scale)).toEqual(scales);
    expect(header.classes.map(({ name }) => name)).toEqual(['red', 'blue']);
    const prototypes = classPrototypes(header);
    for (const [position, { index }] of header.classes.entries()) {
      const wanted = await reference(made, header.image.rgb, scales, index);
      expect(largestDifference(camOf(header, maps, position, shown), wanted.cam)).toBeLessThan(1e-4);
      const selection = prototypes[position];
      if (!selection) throw new Error('no prototypes');
      expect(selection).toMatchObject({ classRows: { length: 2 }, contextRows: { length: 2 } });
      const { map, dead } = lpcamOf(header, maps, selection, shown);
      expect(dead).toBe(false);
      // Patch attention travels as halves.
      expect(largestDifference(map, wanted.lpcam)).toBeLessThan(1e-3);
      expect(largestDifference(map, lpcamOf(header, maps, selection, plain).map)).toBeGreaterThan(0.1);
    }
  });

  it('shows the same in the panel, to the last bit, and the plain maps on request', async () => {
    made = await mctStudy(rule);
    const { header, scales: maps } = await explain(made);
    checkHeader(header);
    for (const one of maps) checkScale(header, one);
    const cache = new MapCache(1e9);
    const prototypes = classPrototypes(header);
    for (const form of [shown, plain, shown]) {
      const panel = new Maps(header, maps, cache, form.plain);
      for (const [position, selection] of prototypes.entries()) {
        expect(panel.cam(position, 'highRes')).toEqual(camOf(header, maps, position, form));
        expect(panel.lpcam(selection, 'highRes')).toMatchObject(lpcamOf(header, maps, selection, form));
      }
    }
  });

  it('switching a prototype off is refined anew', async () => {
    made = await mctStudy(rule);
    const { header, scales: maps } = await explain(made);
    const [selection] = classPrototypes(header);
    if (!selection) throw new Error('no prototypes');
    const fewer = { ...selection, classRows: selection.classRows.slice(1) };
    const panel = new Maps(header, maps, new MapCache(1e9));
    const { map } = panel.lpcam(fewer, 'highRes');
    expect(map).toEqual(lpcamOf(header, maps, fewer, shown).map);
    expect(largestDifference(map, panel.lpcam(selection, 'highRes').map)).toBeGreaterThan(1e-3);
  });
});

it('clusters what its own CAM splits, and names how prototypes are scored', async () => {
  made = await mctStudy('v2');
  const { study } = made;
  study.write({
    checkpoint: 'mct.safetensors',
    inference: undefined,
    clustering: { k: 2 },
    bank: 'own.safetensors',
  });
  const signal = new AbortController().signal;
  await engine.clustering.cluster(
    { study: { file: study.file }, deviceChoice: null },
    () => undefined,
    signal,
  );
  const bank = await readBank(join(study.folder, 'own.safetensors'), ['red', 'green', 'blue']);
  expect(bank.provenance.scoring).toBe('summed-kernel');
  const { header } = await explain(made);
  for (const classIndex of [0, 2]) {
    const { cam } = await reference(made, header.image.rgb, [1], classIndex);
    const small = resizeNearest(cam, mctImage.height, mctImage.width, 4, 6);
    const rows = (set: string) =>
      bank.traces.find((trace) => trace.classIndex === classIndex && trace.set === set)?.rows;
    const foreground = small.filter((value) => value > 0.1).length;
    expect([rows('foreground'), rows('background')]).toEqual([foreground, 24 - foreground]);
    expect(foreground).toBeGreaterThan(0);
  }
});

it('a study of no particular system has plain maps, and no attention is sent', async () => {
  made = await mctStudy('v2', 'generic');
  const { header, scales } = await explain(made);
  expect(header.fusion).toBeNull();
  expect(scales.map(({ fusion }) => fusion)).toEqual(scales.map(() => null));
});

it('too large a patch attention is not sent: the LPCAM says that it is not refined, the CAM is all the same', async () => {
  made = await mctStudy('v2');
  const patches = 4 * 6;
  const fits = await explain(made, patches * patches * 2 * 2);
  expect(fits.header.fusion?.refined).toBe(true);
  const { header, scales, notices } = await explain(made, patches * patches * 2 * 2 - 1);
  expect(header.fusion).toEqual({ rule: 'v2', refined: false });
  expect(scales[0]?.fusion?.affinity).toBeNull();
  for (const one of scales) checkScale(header, one);
  expect(notices.map(({ kind }) => kind)).toContain('not-refined');
  expect(camOf(header, scales, 0, shown)).toEqual(camOf(fits.header, fits.scales, 0, shown));
});

it('a network without attention is told of, and shown plain', async () => {
  made = await mctStudy('v2');
  made.study.write({ system: 'mctformer-v2' });
  await made.study.writeBank();
  const { header, notices } = await explain(made);
  expect(header.fusion).toBeNull();
  expect(notices.map(({ message }) => message).join()).toContain('no class and patch attention');
});

describe('on the command line', () => {
  let program: BuiltProgram;
  beforeAll(async () => {
    program = await BuiltProgram.build();
  });
  afterAll(() => program.remove());

  async function runs(args: readonly string[], cwd: string): Promise<unknown> {
    const { code, stdout, stderr } = await program.run([...args, '--json'], cwd);
    expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
    return JSON.parse(stdout);
  }

  function npy(path: string): Float32Array {
    return toFloat32(readNpy(new Uint8Array(readFileSync(path)), path));
  }

  it('explain and seeds make the same maps, those of the panel, and say by which rule', async () => {
    made = await mctStudy('plus');
    const { folder } = made.study;
    const { id } = mctImage;
    const { header, scales } = await explain(made);
    const prototypes = classPrototypes(header);
    const explained = await runs(['explain', made.study.image(id), '--out', 'maps'], folder);
    const said = 'MCTformer+: √(class attention × LPCAM of the patch tokens), refined by patch attention';
    expect(explained).toMatchObject({ images: [{ rule: { lpcam: said } }] });
    for (const method of ['cam', 'lpcam'] as const) {
      const written = await runs(['seeds', '--method', method, '--out', method], folder);
      if (method === 'lpcam') expect(written).toMatchObject({ rule: said, written: 1 });
      const path = join(folder, method, `${id}.npy`);
      const seed = readSeedMaps(new Uint8Array(readFileSync(path)), path);
      // What MCTformer's next stage reads.
      expect([seed.dialect, seed.keys]).toEqual(['dict', [0, 2]]);
      for (const [position, { name }] of header.classes.entries()) {
        const selection = prototypes[position];
        if (!selection) throw new Error('no prototypes');
        const own =
          method === 'cam'
            ? camOf(header, scales, position, shown)
            : lpcamOf(header, scales, selection, shown).map;
        expect(npy(join(folder, 'maps', `${id}.${name}.${method}.npy`))).toEqual(own);
        expect(seed.highRes[position]?.data).toEqual(own);
      }
    }
  });

  it('seeds of one rule are not mixed with plain ones', async () => {
    made = await mctStudy('v2');
    const { folder } = made.study;
    await runs(['seeds', '--out', 'seeds'], folder);
    const { code, stderr } = await program.run(['seeds', '--out', 'seeds', '--plain'], folder);
    expect(code).not.toBe(0);
    expect(stderr).toContain('another fusion ("v2", not null)');
    expect(await runs(['seeds', '--out', 'plain', '--plain'], folder)).toMatchObject({
      rule: null,
      written: 1,
    });
  });
});
