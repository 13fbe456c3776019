/** The reader process, which may run in a workspace that nobody trusts. */
import { build } from 'esbuild';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isBuiltin } from 'node:module';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { nodeBuild } from '../../../scripts/nodeBuild.mjs';
import { bundle } from '../support/bundle';
import { fixturePath } from '../fixture';
import { EngineProcess } from './support/builtEngine';

let folder: string;
let reader: EngineProcess;
beforeAll(async () => {
  folder = await bundle({ reader: 'src/engine/reader.ts' });
  reader = new EngineProcess(join(folder, 'reader.cjs'));
});
afterAll(async () => {
  reader.child.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

it('loads nothing native: neither ONNX Runtime nor sharp', async () => {
  const { metafile } = await build({
    ...nodeBuild,
    entryPoints: { reader: 'src/engine/reader.ts' },
    outdir: '/',
    write: false,
    metafile: true,
  });
  const imported = Object.values(metafile.outputs).flatMap(({ imports }) => imports.map(({ path }) => path));
  expect(imported.length).toBeGreaterThan(0);
  expect(imported.filter((path) => !isBuiltin(path))).toEqual([]);
});

it('tells the table first, then what the network is', async () => {
  const checkpoint = fixturePath('networks/res50_cam.pth');
  const id = reader.send('openCheckpoint', { checkpoint, study: null });
  const answer = await reader.answer(id);
  expect(reader.of(id).map(({ type }) => type)).toEqual(['event', 'ok']);
  expect(answer).toMatchObject({ value: { network: { system: 'irn' } } });
});

it('answers nothing that would run a network', async () => {
  const id = reader.send('devices', { deviceChoice: 'auto', again: false });
  expect(await reader.answer(id)).toMatchObject({ type: 'failed' });
});
