import { EventEmitter, once } from 'node:events';
import type { InferenceSession } from 'onnxruntime-node';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SessionPool, type SessionPoolOptions } from '../../../src/engine/sessionPool';
import type { OnnxModel } from '../../../src/formats/onnxModel';
import { floatTensor } from '../../../src/formats/onnxValues';
import { GraphBuilder } from '../../../src/network/graphBuilder';

let released: string[];
let opened: string[];
let lines: string[];

/** 1 MB of weights. */
function model(): OnnxModel {
  const builder = new GraphBuilder(13);
  builder.initialisers.push(floatTensor('w', [250_000], new Float32Array(250_000)));
  return builder.model('maps', 7);
}

/** Sessions that only count: what ONNX Runtime does with memory is its own. */
const models: NonNullable<SessionPoolOptions['models']> = {
  open: (key) => {
    opened.push(key);
    const session = {
      release: () => {
        released.push(key);
        return Promise.resolve();
      },
    };
    return Promise.resolve({ session: session as unknown as InferenceSession, kept: false });
  },
};

function pool(options: SessionPoolOptions = {}): SessionPool {
  return new SessionPool({ models, log: (line) => lines.push(line), ...options });
}

/** A run of so many pixels. */
const run = (sessions: SessionPool, key: string, pixels = 0) =>
  sessions.use(key, 'cpu', model, (_, ran) => {
    ran(pixels);
    return Promise.resolve();
  });

beforeEach(() => {
  released = [];
  opened = [];
  lines = [];
  vi.useFakeTimers();
});
afterEach(() => vi.useRealTimers());

describe("the engine's sessions", () => {
  it('stay open for the next request', async () => {
    const sessions = pool();
    await run(sessions, 'a');
    await run(sessions, 'a');
    expect(opened).toEqual(['a']);
  });

  it('are bounded in bytes: the one used longest ago is closed', async () => {
    const sessions = pool({ mostBytes: 2_500_000 });
    await run(sessions, 'a');
    await run(sessions, 'b');
    await run(sessions, 'a');
    await run(sessions, 'c');
    expect(released).toEqual(['b']);
    expect(sessions.bytes).toBe(2_000_000);
  });

  it('count the memory for the largest image they ran', async () => {
    const sessions = pool({ mostBytes: 50_000_000 });
    await run(sessions, 'a', 100_000);
    await run(sessions, 'a', 10);
    expect(sessions.bytes).toBe(1_000_000 + 100_000 * 370);
    await run(sessions, 'b', 100_000);
    expect(released).toEqual(['a']);
  });

  it('are never closed while somebody uses them', async () => {
    const sessions = pool({ mostBytes: 0, idleAfter: 1000 });
    const work = new EventEmitter();
    const long = sessions.use('a', 'cpu', model, () => once(work, 'done'));
    await run(sessions, 'b');
    await vi.advanceTimersByTimeAsync(5000);
    expect(released).toEqual(['b']);
    work.emit('done');
    await long;
    expect(released).toEqual(['b', 'a']);
  });

  it('are closed when nobody asked for any in a while, and opened anew for the next', async () => {
    const onIdle = vi.fn();
    const sessions = pool({ idleAfter: 60_000, onIdle });
    await run(sessions, 'a');
    await vi.advanceTimersByTimeAsync(50_000);
    await run(sessions, 'b');
    await vi.advanceTimersByTimeAsync(50_000);
    expect(released).toEqual([]);
    expect(onIdle).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(released).toEqual(['a', 'b']);
    expect(onIdle).toHaveBeenCalledOnce();
    expect(sessions.bytes).toBe(0);
    await run(sessions, 'a');
    expect(opened).toEqual(['a', 'b', 'a']);
  });

  it('tell the log when they come and go, and what is open then', async () => {
    const sessions = pool({ mostBytes: 1_500_000, idleAfter: 1000 });
    await run(sessions, JSON.stringify(['0123456789ab'.padEnd(64, '0'), true]));
    await run(sessions, 'b');
    await vi.advanceTimersByTimeAsync(1000);
    expect(lines.map((line) => line.replaceAll(/\d+ ms|process: \d+ MB/g, '...'))).toEqual([
      'Session opened: maps of 0123456789ab on cpu, optimised, 1 MB of weights, .... Open: 1 session, 1 MB; ....',
      'Session opened: maps of the engine on cpu, optimised, 1 MB of weights, .... Open: 2 sessions, 2 MB; ....',
      'Session closed, used longest ago: maps of 0123456789ab on cpu, 1 MB. Open: 1 session, 1 MB; ....',
      'Session closed, idle: maps of the engine on cpu, 1 MB. Open: 0 sessions, 0 MB; ....',
    ]);
  });
});
