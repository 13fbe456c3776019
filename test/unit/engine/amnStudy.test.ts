/** LPCAM in AMN, both ways: in place of its CAM, and with prototypes on the features of its own network. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readBank } from '../../../src/engine/bankFile';
import { Engine } from '../../../src/engine/engine';
import { explainWhole } from '../../../src/engine/explanation';
import { makeSeeds } from '../../../src/engine/seedsJob';
import { readSeedFile } from '../../../src/formats/seedFile';
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
  const opened = await engine.openStudy({ study: reference }, signal);
  expect([opened.system?.name, opened.settings.seeds.threshold]).toEqual(['amn', 0.25]);

  const { bank } = await engine.cluster({ study: reference, deviceChoice: null }, () => undefined, signal);
  expect([bank.scoring, bank.matchesCheckpoint]).toEqual([scoring, true]);
  const kept = await readBank(join(study.folder, 'amn-bank.safetensors'), tinyClasses);
  expect(kept.provenance.scoring).toBe(scoring);
  expect(kept.channels).toBe(20);

  // The seeds are of the schema that AMN's cam_to_ir_label.py reads from result/cam.
  const folder = join(study.folder, 'cam');
  const { written } = await makeSeeds({
    ids: ['red-green'],
    outputs: [{ method: 'lpcam', folder }],
    classes: null,
    plain: false,
    force: false,
    explain: (id) =>
      explainWhole(
        engine,
        { study: reference, image: study.image(id), classes: null, deviceChoice: null },
        signal,
      ),
    signal,
    onProgress: () => undefined,
  });
  expect(written).toBe(1);
  const path = join(folder, 'red-green.npy');
  const seed = readSeedFile(new Uint8Array(readFileSync(path)), path);
  expect([seed.schema, seed.keys]).toEqual(['irn', [0, 1]]);
});
