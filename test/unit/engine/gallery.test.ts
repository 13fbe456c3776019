/** A bank as the gallery gets it, and marks made by hand: saved, undone, and counted wherever maps are made. */
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { classPrototypes } from '../../../src/engine/classMaps';
import { readBank } from '../../../src/engine/bankFile';
import { Engine } from '../../../src/engine/engine';
import { explainWhole } from '../../../src/engine/explanation';
import { tinyClasses } from './support/tinyNetwork';
import { centre, tinyStudy, type TinyStudy } from './support/tinyStudy';

let study: TinyStudy;
let engine: Engine;
let bankPath: string;
const { signal } = new AbortController();
beforeEach(async () => {
  study = await tinyStudy();
  engine = new Engine();
  bankPath = await study.writeBank();
});
afterEach(async () => {
  await engine.dispose();
  study.remove();
});

const open = () => engine.bank.openBank({ study: { file: study.file } }, signal);
async function identity(): Promise<string> {
  const { bank } = await open();
  if (bank === null) throw new Error('no bank');
  return bank.identity;
}
async function mark(centres: number[], value: 'pinned' | 'dropped' | null) {
  const params = { study: { file: study.file }, identity: await identity(), centres, mark: value };
  return engine.bank.markCentres(params, signal);
}

describe('the bank of a study', () => {
  it('is told whole: every centre, its scores, and the gates of the study', async () => {
    const told = await open();
    expect(told).toMatchObject({
      classNames: tinyClasses,
      gates: { class: 0.9, context: [0.05, 0.9] },
      stride: 4,
      bankPath,
      bank: { readOnly: null, summary: { centres: 4 } },
    });
    expect(told.bank?.centres[2]).toEqual({
      id: 2,
      classIndex: 0,
      set: 'background',
      size: 5,
      spread: 0.125,
      mark: null,
      patches: [{ image: 'red-green', row: 1, column: 2, cosine: 0.75 }],
    });
    expect(told.bank?.scores).toHaveLength(12);
    expect(told.bank?.scores[3 * 3 + 1]).toBeCloseTo(0.3, 6);
  });

  it('that is not there yet is no failure', async () => {
    rmSync(bankPath);
    expect(await open()).toMatchObject({ bank: null, bankPath, stride: null });
  });

  it('of another classifier is not shown, and says why', async () => {
    await study.writeBank({ classes: ['red', 'green', 'cyan'] });
    const { bank, notices } = await open();
    expect(bank).toBeNull();
    expect(notices.map(({ kind }) => kind)).toContain('bank-of-other-checkpoint');
  });

  it('that is damaged is refused by name', async () => {
    writeFileSync(bankPath, 'damaged');
    await expect(open()).rejects.toThrow(bankPath);
  });

  it('is scored by the classifier where it holds no scores', async () => {
    const bare = { ...centre(0, 'foreground', [2, 0, 0], 0.9), scores: new Float32Array(0) };
    await study.writeBank({ centres: [bare] });
    const { bank } = await open();
    // Gain 4 on a centre of length 2: exp(8) against two times 1.
    expect(bank?.scores[0]).toBeCloseTo(Math.exp(8) / (Math.exp(8) + 2), 6);
  });
});

describe('a similarity map of a centre', () => {
  const ask = (id: number, image: string, side = 64) =>
    engine.bank.centreMap(
      { study: { file: study.file }, centre: id, image, side, deviceChoice: null },
      signal,
    );

  it('is that of the image panel at scale 1, with the picture made small', async () => {
    const { map } = await ask(2, 'red-green', 32);
    const whole = await explainWhole(
      engine,
      { study: { file: study.file }, image: study.image('red-green'), classes: null, deviceChoice: null },
      signal,
    );
    const [first] = whole.scales;
    const row = whole.header.centres.findIndex((one) => one.id === 2);
    const area = (map?.height ?? 0) * (map?.width ?? 0);
    expect(area).toBeGreaterThan(0);
    expect([map?.height, map?.width]).toEqual([first?.height, first?.width]);
    expect(map?.similarity).toEqual(first?.similarity.slice(row * area, (row + 1) * area));
    expect([map?.picture.width, map?.picture.height]).toEqual([32, 23]);
    expect([...(map?.picture.rgba.subarray(0, 4) ?? [])]).toEqual([255, 0, 0, 255]);
    expect(map?.picture.rgba).toHaveLength(32 * 23 * 4);
  });

  it('says how far its cells reach over the image', async () => {
    const { map } = await ask(0, 'red-green');
    expect(map?.reach).toEqual([((map?.height ?? 0) * 4) / 24, ((map?.width ?? 0) * 4) / 34]);
  });

  it('is missing where the image is gone, and refused for a centre the bank does not have', async () => {
    expect(await ask(0, 'gone')).toEqual({ map: null });
    await expect(ask(9, 'red-green')).rejects.toThrow('has no centre 9');
  });
});

describe('marks made by hand', () => {
  it('are saved in the bank, and undone', async () => {
    expect(await mark([3], 'pinned')).toEqual({ marked: [{ id: 3, mark: 'pinned' }] });
    expect(await mark([0, 2], 'dropped')).toMatchObject({ marked: { length: 3 } });
    const { centres } = await readBank(bankPath, []);
    expect(centres.map((one) => one.mark)).toEqual(['dropped', null, 'dropped', 'pinned']);
    expect((await open()).bank?.centres.map((one) => one.mark)).toEqual([
      'dropped',
      null,
      'dropped',
      'pinned',
    ]);
    expect(await mark([0, 2, 3], null)).toEqual({ marked: [] });
  });

  it('leave everything else of the bank as it was, and nothing beside it', async () => {
    const before = readFileSync(bankPath);
    const folder = readdirSync(study.folder);
    await mark([1], 'dropped');
    expect(readFileSync(bankPath).equals(before)).toBe(false);
    await mark([1], null);
    expect(readFileSync(bankPath).equals(before)).toBe(true);
    expect(readdirSync(study.folder)).toEqual(folder);
  });

  it('do not change the name of the bank, so that several can follow each other', async () => {
    const before = await identity();
    await mark([1], 'pinned');
    expect(await identity()).toBe(before);
  });

  it('made at once are all kept', async () => {
    const name = await identity();
    await Promise.all(
      [0, 1, 2, 3].map((id) =>
        engine.bank.markCentres(
          { study: { file: study.file }, identity: name, centres: [id], mark: 'dropped' },
          signal,
        ),
      ),
    );
    expect((await readBank(bankPath, [])).centres.every((one) => one.mark === 'dropped')).toBe(true);
  });

  it('count where maps and seeds are made', async () => {
    const explain = () =>
      explainWhole(
        engine,
        { study: { file: study.file }, image: study.image('red-green'), classes: null, deviceChoice: null },
        signal,
      );
    const rows = async () =>
      classPrototypes((await explain()).header).map(({ classRows, contextRows }) => [classRows, contextRows]);
    expect(await rows()).toEqual([
      [[0], [1]],
      [[2], []],
    ]);
    await mark([2], 'dropped');
    expect(await rows()).toEqual([
      [[0], []],
      [[2], []],
    ]);
    expect((await explain()).header.centres.map((one) => one.mark)).toEqual([null, 'dropped', null]);
  });

  it('go with their centres when the study is clustered again, which is said', async () => {
    await mark([0, 1], 'pinned');
    const { notices } = await engine.clustering.cluster(
      { study: { file: study.file }, deviceChoice: 'cpu' },
      () => undefined,
      signal,
    );
    expect(notices.map(({ message }) => message).join('\n')).toContain('2 centres that were pinned');
    expect((await readBank(bankPath, [])).centres.every((one) => one.mark === null)).toBe(true);
  });

  it('are refused where they could hit other centres, and change nothing', async () => {
    const name = await identity();
    await study.writeBank({ centres: [centre(0, 'foreground', [1, 0, 0], 0.5)] });
    const before = readFileSync(bankPath);
    const ask = (wanted: string, centres: number[]) =>
      engine.bank.markCentres(
        { study: { file: study.file }, identity: wanted, centres, mark: 'pinned' },
        signal,
      );
    await expect(ask(name, [0])).rejects.toThrow(/clustered anew.*Nothing was marked/);
    await expect(ask(await identity(), [0, 7])).rejects.toThrow('has no centre 7; it has 1');
    expect(readFileSync(bankPath).equals(before)).toBe(true);
  });

  it('are refused for the published format, which is only read', async () => {
    writeFileSync(join(study.folder, 'class_ceneters.pt'), 'x');
    study.write({ bank: 'class_ceneters.pt' });
    await expect(
      engine.bank.markCentres(
        { study: { file: study.file }, identity: '', centres: [0], mark: 'pinned' },
        signal,
      ),
    ).rejects.toThrow(/published format, which is only read/);
  });

  it('say so when they cannot be written', async () => {
    const name = await identity();
    rmSync(bankPath);
    mkdirSync(bankPath);
    await expect(
      engine.bank.markCentres(
        { study: { file: study.file }, identity: name, centres: [0], mark: 'pinned' },
        signal,
      ),
    ).rejects.toThrow(bankPath);
  });
});
