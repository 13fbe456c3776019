/** The engine process as the extension has it: forked, spoken to in messages, cancelled, crashed. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { engineMethods } from '../../../src/protocol/engine';
import { builtEngine, EngineProcess, type BuiltEngine } from './support/builtEngine';
import { tinyStudy, type TinyStudy } from './support/tinyStudy';

let built: BuiltEngine;
let study: TinyStudy;
const processes: EngineProcess[] = [];

beforeAll(async () => {
  built = await builtEngine();
  study = await tinyStudy();
});
afterAll(async () => {
  study.remove();
  await built.remove();
});
afterEach(() => {
  for (const engine of processes.splice(0)) engine.child.kill('SIGKILL');
});

function start(env: Readonly<Record<string, string>> = {}): EngineProcess {
  const engine = new EngineProcess(built.engineScript, env);
  processes.push(engine);
  return engine;
}
const explainParams = () => ({
  study: { file: study.file },
  image: study.image('red-green'),
  classes: null,
  deviceChoice: null,
});

describe('requests', () => {
  it('are greeted with version and runtime', async () => {
    const engine = start();
    const answer = await engine.answer(engine.send('hello', { version: 1 }));
    expect(answer).toMatchObject({ type: 'ok', value: { version: 1, pid: engine.child.pid } });
  });

  it('come back with events first and one answer, typed arrays as they are', async () => {
    await study.writeBank();
    const engine = start();
    const id = engine.send('explain', explainParams());
    const answer = await engine.answer(id);
    expect(answer.type).toBe('ok');
    const events = engine.of(id).filter((message) => message.type === 'event');
    expect(events.length).toBe(3);
    expect(engine.of(id).at(-1)).toBe(answer);
    const [header, first] = events.map(({ event }) => engineMethods.explain.event.parse(event));
    if (header?.type !== 'header' || first?.type !== 'scale') throw new Error('header, then scales');
    expect(header.header.image.rgb).toBeInstanceOf(Uint8Array);
    expect(first.maps.similarity).toBeInstanceOf(Float32Array);
    expect(first.maps.similarity.length).toBe(3 * first.maps.height * first.maps.width);
  });

  it('that fail say what is wrong, with the file and the field', async () => {
    const engine = start();
    const bad = join(study.folder, 'bad.json');
    writeFileSync(bad, '{ "checkpoint": 3 }');
    const answer = await engine.answer(engine.send('openStudy', { study: { file: bad } }));
    expect(answer).toEqual({
      type: 'failed',
      id: 1,
      failure: {
        kind: 'input',
        message: `${bad}:1:17: \`checkpoint\` must be a text in quotes, but is 3.`,
        file: bad,
        field: 'checkpoint',
      },
    });
  });

  it('of no known form are refused, and the engine goes on', async () => {
    const engine = start();
    engine.child.send({ type: 'request', id: 71, method: 'format', params: {} });
    engine.child.send({ type: 'request', id: 72, method: 'explain', params: { image: 3 } });
    engine.child.send('nonsense');
    expect(await engine.answer(71)).toMatchObject({ type: 'failed', failure: { kind: 'internal' } });
    expect(await engine.answer(72)).toMatchObject({ type: 'failed', failure: { kind: 'internal' } });
    expect(await engine.until(({ type }) => type === 'log')).toMatchObject({ level: 'error' });
    expect((await engine.answer(engine.send('hello', { version: 1 }))).type).toBe('ok');
  });

  it('to crash are refused outside tests', async () => {
    const engine = start({ LPCAM_TEST: '' });
    expect(await engine.answer(engine.send('crash', {}))).toMatchObject({
      type: 'failed',
      failure: { kind: 'input' },
    });
  });
});

describe('cancelling', () => {
  it('stops a running request between scales and drops the one that waits behind it', async () => {
    study.write({
      inference: { scales: Array.from({ length: 16 }, (_, i) => (i === 0 ? 1 : 4)), mirror: true },
    });
    study.writeNetwork({ layers: 60 });
    const engine = start();
    const running = engine.send('explain', explainParams());
    const waiting = engine.send('explain', explainParams());
    await engine.until((message) => message.type === 'event' && message.id === running);
    engine.cancel(waiting);
    expect(await engine.answer(waiting)).toMatchObject({ failure: { kind: 'cancelled' } });
    engine.cancel(running);
    expect(await engine.answer(running)).toMatchObject({ failure: { kind: 'cancelled' } });
    const scales = engine.of(running).filter((message) => message.type === 'event').length - 1;
    expect(scales).toBeLessThan(16);
    const again = await engine.answer(engine.send('hello', { version: 1 }));
    expect(again.type).toBe('ok');
    expect(engine.of(waiting).length).toBe(1);
    study.write();
    study.writeNetwork({});
  });

  it('of something that is not running does nothing', async () => {
    const engine = start();
    engine.cancel(99);
    expect((await engine.answer(engine.send('hello', { version: 1 }))).type).toBe('ok');
    expect(engine.of(99)).toEqual([]);
  });
});

describe('the end', () => {
  it('a crash mid-run ends the process and nothing else', async () => {
    study.write({ inference: { scales: [1, 4, 4, 4, 4, 4, 4, 4], mirror: true } });
    study.writeNetwork({ layers: 60 });
    const engine = start({ LPCAM_TEST: '1' });
    const running = engine.send('explain', explainParams());
    await engine.until((message) => message.type === 'event' && message.id === running);
    engine.send('crash', {});
    const { code, signal } = await engine.ended;
    expect(signal ?? code).toBe('SIGABRT');
    expect(engine.of(running).some(({ type }) => type === 'ok')).toBe(false);
    study.write();
    study.writeNetwork({});
    const next = start();
    expect((await next.answer(next.send('explain', explainParams()))).type).toBe('ok');
  });

  it('the engine leaves when its parent does', async () => {
    const engine = start();
    await engine.answer(engine.send('hello', { version: 1 }));
    engine.child.disconnect();
    expect(await engine.ended).toEqual({ code: 0, signal: null });
  });
});
