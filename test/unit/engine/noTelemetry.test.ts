/** ONNX Runtime tells nobody what is run, and keeps no id of the machine: each program of ours that loads it, as it is shipped. */
import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BuiltProgram, root } from '../cli/support/builtProgram';
import { builtEngine, EngineProcess, type BuiltEngine } from './support/builtEngine';

const demo = join(root, 'demo');

/** Of telemetry: the runtime's own folder in the home. */
async function traces(home: string): Promise<string[]> {
  const found = await readdir(home, { recursive: true });
  return found.filter((name) => /microsoft|onnxruntime\.db|deviceid/i.test(name));
}

describe('ONNX Runtime leaves no telemetry in a home folder', () => {
  let engine: BuiltEngine;
  let program: BuiltProgram;
  const homes: string[] = [];
  const newHome = () => {
    const home = mkdtempSync(join(tmpdir(), 'lpcam-home-'));
    homes.push(home);
    return { home, env: { HOME: home, XDG_CACHE_HOME: join(home, '.cache'), ORT_DISABLE_TELEMETRY: '' } };
  };
  beforeAll(async () => {
    engine = await builtEngine();
    program = await BuiltProgram.build();
  });
  afterAll(async () => {
    await engine.remove();
    await program.remove();
    for (const home of homes) rmSync(home, { recursive: true, force: true });
  });

  it('from the probe', async () => {
    const { home, env } = newHome();
    const child = fork(engine.probeScript, ['cpu'], {
      env: { ...process.env, ...env },
      serialization: 'advanced',
    });
    const answered = new Promise((resolve) => child.once('message', resolve));
    await new Promise((resolve) => child.once('close', resolve));
    expect(await answered).toMatchObject({ usable: true });
    expect(await traces(home)).toEqual([]);
  });

  it('from the engine', async () => {
    const { home, env } = newHome();
    const running = new EngineProcess(engine.engineScript, env);
    const image = join(demo, 'JPEGImages/train_0001.jpg');
    const study = { file: join(demo, 'lpcam.json') };
    const asked = { study, image, classes: null, deviceChoice: 'cpu' as const };
    expect(await running.answer(running.send('explain', asked))).toMatchObject({ type: 'ok' });
    running.child.kill();
    await running.ended;
    expect(await traces(home)).toEqual([]);
  });

  it('from the command line', async () => {
    const { home, env } = newHome();
    const args = ['explain', join(demo, 'JPEGImages/train_0001.jpg'), '--study', join(demo, 'lpcam.json')];
    const { ended } = program.start([...args, '--out', join(home, 'maps')], home, env);
    expect(await ended).toMatchObject({ code: 0 });
    expect(await traces(home)).toEqual([]);
  });
});
