/** LPCAM in AMN, both ways: in place of its CAM, and with prototypes on the features of its own network. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readBank } from '../../../src/engine/bankFile';
import { Engine } from '../../../src/engine/engine';
import { readSeedMaps } from '../../../src/formats/readSeed';
import { writeSafetensors } from '../../../src/formats/safetensors';
import type { StudyFile } from '../../../src/protocol/studyFile';
import { amnLines, irnLines, tinyDict } from '../network/stateDict/tinyDicts';
import { tinyClasses } from './support/tinyNetwork';
import { tinyStudy, type TinyStudy } from './support/tinyStudy';

let study: TinyStudy;
let engine: Engine;
const signal = new AbortController().signal;
beforeEach(async () => {
  study = await tinyStudy();
  engine = new Engine();
});
afterEach(async () => {
  await engine.dispose();
  study.remove();
});

it.each([
  ['its CAM network, whose LPCAM stands in for the CAM', irnLines, 'amn', 'linear'],
  ['its label-conditioned network, found by its keys', amnLines, undefined, 'own-label'],
] as const)('%s', async (_, lines, system: StudyFile['system'], scoring) => {
  const tensors = [...tinyDict(lines).tensors].map(([key, tensor]) => [key, tensor.numbers()] as const);
  writeFileSync(join(study.folder, 'net.safetensors'), writeSafetensors(new Map(tensors), {}));
  const file = study.write({
    checkpoint: 'net.safetensors',
    system,
    clustering: { k: 1 },
    bank: 'amn-bank.safetensors',
  });
  const reference = { file };
  const opened = await engine.studies.openStudy({ study: reference }, signal);
  expect([opened.system?.name, opened.settings.seeds.threshold]).toEqual(['amn', 0.25]);

  const { bank } = await engine.clustering.cluster(
    { study: reference, deviceChoice: null },
    () => undefined,
    signal,
  );
  expect([bank.scoring, bank.matchesCheckpoint]).toEqual([scoring, true]);
  const kept = await readBank(join(study.folder, 'amn-bank.safetensors'), tinyClasses);
  expect(kept.provenance.scoring).toBe(scoring);
  expect(kept.channels).toBe(20);

  // The seeds are of the schema that AMN's cam_to_ir_label.py reads from result/cam.
  const folder = join(study.folder, 'cam');
  const list = join(study.folder, 'one.txt');
  writeFileSync(list, 'red-green\n');
  const { written } = await engine.makeSeeds(
    {
      study: reference,
      outputs: [{ method: 'lpcam', schema: null, folder }],
      list,
      force: false,
      deviceChoice: null,
    },
    () => undefined,
    signal,
  );
  expect(written).toBe(1);
  const path = join(folder, 'red-green.npy');
  const seed = readSeedMaps(new Uint8Array(readFileSync(path)), path);
  expect([seed.dialect, seed.keys]).toEqual(['irn', [0, 1]]);
});
