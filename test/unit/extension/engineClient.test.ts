/** What a person notices of the engine process: answers, cancelling, crashes, restarts. With a small stand-in engine. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  EngineClient,
  type EngineClientOptions,
  type EngineState,
} from '../../../src/extension/client/engineClient';
import type { Outcome } from '../../../src/extension/client/outcome';
import type { EngineEvent } from '../../../src/protocol/engine';

const script = join(__dirname, 'fakeEngine.mjs');

describe('The engine client', () => {
  let folder = '';
  let clients: EngineClient[] = [];
  let log: string[] = [];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'lpcam engine #-'));
    clients = [];
    log = [];
  });
  afterEach(() => {
    for (const client of clients) client.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  function open(options: Partial<EngineClientOptions> = {}, env: NodeJS.ProcessEnv = {}): EngineClient {
    const client = new EngineClient({
      script,
      log: (level, text) => log.push(`${level}: ${text}`),
      cancelGrace: 300,
      patientGrace: 1500,
      restartDelays: [20, 40],
      ...options,
      env: () => ({ ...process.env, FAKE_DIARY: join(folder, 'diary'), ...env }),
    });
    clients.push(client);
    return client;
  }

  /** What the stand-in was asked, over all its lives. */
  function diary(): string[] {
    const path = join(folder, 'diary');
    return existsSync(path) ? readFileSync(path, 'utf8').trimEnd().split('\n') : [];
  }

  function explain(
    client: EngineClient,
    image: string,
    options: { signal?: AbortSignal; onEvent?: (event: EngineEvent<'explain'>) => void } = {},
  ) {
    const params = { study: { file: 'lpcam.json' }, image, classes: null, deviceChoice: null };
    return client.request('explain', params, { subject: image, ...options });
  }

  function thumbnails(client: EngineClient, size = 16) {
    return client.request('thumbnails', { study: { file: 'lpcam.json' }, patches: [], size, crop: 32 });
  }

  function failureOf(outcome: Outcome<unknown>): { kind: string; message: string } {
    if (outcome.ok) throw new Error('The request should have failed.');
    return outcome.failure;
  }

  async function until(what: () => boolean): Promise<void> {
    const end = Date.now() + 20_000;
    while (!what()) {
      if (Date.now() > end) throw new Error('Waited in vain.');
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  it('starts no process before it is needed', () => {
    expect(open().pid).toBeUndefined();
    expect(diary()).toEqual([]);
  });

  it('starts no process where nothing native may run, and says why', async () => {
    let trusted = false;
    const refusal = () => (trusted ? null : { kind: 'input' as const, message: 'Not trusted.' });
    const client = open({ refusal });
    expect(failureOf(await explain(client, 'answer')).message).toBe('Not trusted.');
    client.restart();
    expect(client.pid).toBeUndefined();
    trusted = true;
    expect((await explain(client, 'answer')).ok).toBe(true);
  });

  it('hands on maps as typed arrays, then the result', async () => {
    const events: EngineEvent<'explain'>[] = [];
    const outcome = await explain(open(), 'answer', { onEvent: (event) => events.push(event) });
    expect(outcome.ok && outcome.value.timings.total).toBe(3);
    expect(events).toHaveLength(1);
    expect(events[0]?.type === 'scale' && events[0].maps.cam).toEqual(new Float32Array([0.25, 1]));
  });

  it('hands on a failure with its file', async () => {
    const outcome = await explain(open(), 'fail');
    expect(failureOf(outcome)).toMatchObject({ kind: 'input', message: 'No such image.', file: 'fail' });
  });

  it.each(['bad event', 'bad answer'])(
    'turns a %s into a failure of ours, not into wrong maps',
    async (image) => {
      expect(failureOf(await explain(open(), image)).kind).toBe('internal');
      expect(log.join('\n')).toContain('unknown form');
    },
  );

  it('sends one image at a time, so that a crash costs one', async () => {
    const client = open();
    const first = new AbortController();
    const held = explain(client, 'until cancelled', { signal: first.signal });
    const next = explain(client, 'answer');
    await until(() => diary().includes('explain until cancelled'));
    expect(diary()).not.toContain('explain answer');
    expect((await thumbnails(client)).ok).toBe(true);
    first.abort();
    expect(failureOf(await held).kind).toBe('cancelled');
    expect((await next).ok).toBe(true);
  });

  it('drops a request cancelled while it waits', async () => {
    const client = open();
    const running = new AbortController();
    const waiting = new AbortController();
    const held = explain(client, 'until cancelled', { signal: running.signal });
    const dropped = explain(client, 'fail', { signal: waiting.signal });
    waiting.abort();
    expect(failureOf(await dropped).kind).toBe('cancelled');
    await until(() => diary().includes('explain until cancelled'));
    running.abort();
    await held;
    await explain(client, 'answer');
    expect(diary()).toEqual(['hello', 'explain until cancelled', 'explain answer']);
  });

  it('ends a process that native code blocks, and runs what waited', async () => {
    const client = open();
    const abort = new AbortController();
    const blocked = explain(client, 'block', { signal: abort.signal });
    await until(() => diary().includes('explain block'));
    const before = client.pid;
    const next = explain(client, 'answer');
    abort.abort();
    expect(failureOf(await blocked).kind).toBe('cancelled');
    expect((await next).ok).toBe(true);
    expect(client.pid).not.toBe(before);
    expect(log.join('\n')).toContain('Cancelling did not stop the engine computing activation maps of block');
  });

  it('starts again after the process was killed while idle', async () => {
    const client = open();
    await explain(client, 'answer');
    const before = client.pid;
    process.kill(before ?? 0, 'SIGKILL');
    await until(() => client.state === 'idle');
    expect((await explain(client, 'answer')).ok).toBe(true);
    expect(client.pid).not.toBe(before);
  });

  it('fails the running request when the process is killed, and loses nothing else', async () => {
    const client = open();
    const running = explain(client, 'until cancelled');
    const thumbs = thumbnails(client, 8);
    const waiting = explain(client, 'answer');
    await until(() => diary().filter((line) => line.startsWith('thumbnails')).length === 1);
    process.kill(client.pid ?? 0, 'SIGKILL');
    const { kind, message } = failureOf(await running);
    expect(kind).toBe('engine');
    expect(message).toContain('stopped unexpectedly (signal SIGKILL');
    expect(message).toContain('while computing activation maps of until cancelled. It is being restarted');
    expect((await waiting).ok).toBe(true);
    // The thumbnails, running beside, were asked for again.
    expect(diary().filter((line) => line.startsWith('thumbnails'))).toHaveLength(2);
    client.dispose();
    expect(failureOf(await thumbs).kind).toBe('cancelled');
  });

  it('gives up after three crashes in a minute, says why, and starts again when asked', async () => {
    const client = open();
    const states: EngineState[] = [];
    client.onState((state) => states.push(state));
    for (let i = 0; i < 2; i++)
      expect(failureOf(await explain(client, 'crash')).message).toContain('being restarted');
    const third = explain(client, 'crash');
    const waiting = explain(client, 'answer');
    expect(failureOf(await third).message).toContain('It is not started again');
    const told = failureOf(await waiting).message;
    expect(told).toContain('3 times within 60 s');
    expect(told).toContain('a native library says goodbye');
    expect(told).toContain('LPCAM: Restart Engine');
    expect(failureOf(await explain(client, 'answer')).message).toBe(told);
    expect(states.at(-1)).toBe('givenUp');
    client.restart();
    expect((await explain(client, 'answer')).ok).toBe(true);
  });

  it('tells what a process said that ends before it is up', async () => {
    const { message } = failureOf(await explain(open({}, { FAKE_HELLO: 'exit' }), 'answer'));
    expect(message).toContain('exit code 3) while starting');
    expect(message).toContain('cannot load what I need');
  });

  it('tells that the engine file is missing', async () => {
    const client = open({ script: join(folder, 'engine.cjs') });
    expect(failureOf(await explain(client, 'answer')).message).toContain('Cannot find module');
  });

  it('does not wait for ever for a process that says nothing', async () => {
    const client = open(
      { startTimeout: 200, crashLimit: { count: 1, within: 60_000 } },
      { FAKE_HELLO: 'silent' },
    );
    expect(failureOf(await explain(client, 'answer')).message).toContain('while starting');
    expect(log.join('\n')).toContain('did not answer within 0.2 s');
  });

  it('does not work with an engine of another version', async () => {
    const { message } = failureOf(await explain(open({}, { FAKE_HELLO: '99' }), 'answer'));
    expect(message).toContain('version 99 of the protocol');
    expect(diary()).toEqual(['hello']);
  });

  it('keeps waiting requests over a restart at the person’s wish', async () => {
    const client = open();
    const running = explain(client, 'until cancelled');
    const waiting = explain(client, 'answer');
    await until(() => diary().includes('explain until cancelled'));
    client.restart();
    expect(failureOf(await running).message).toBe('The engine was restarted.');
    expect((await waiting).ok).toBe(true);
    expect(client.state).toBe('running');
  });

  it('leaves no process behind', async () => {
    const client = open();
    await explain(client, 'answer');
    const { pid } = client;
    const running = explain(client, 'until cancelled');
    client.dispose();
    expect(failureOf(await running).kind).toBe('cancelled');
    expect(failureOf(await explain(client, 'answer')).kind).toBe('cancelled');
    await until(() => {
      try {
        return !process.kill(pid ?? 0, 0);
      } catch {
        return true;
      }
    });
  });
});
