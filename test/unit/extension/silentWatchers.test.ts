/** Files on a file system that tells watchers nothing, as network file systems do: they are looked at all the same. */
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CheckpointsOnDisk } from '../../../src/engine/follow/checkpointsOnDisk';
import type { EngineClient } from '../../../src/extension/client/engineClient';
import { CheckpointFollower, type FollowedState } from '../../../src/extension/follow/checkpointFollower';
import { WatchedFiles } from '../../../src/extension/panel/watchedFiles';
import type { EngineParams } from '../../../src/protocol/engine';
import { tinyNetwork } from '../engine/support/tinyNetwork';

/** VS Code as far as they use it; its watchers never tell anything. */
vi.mock('vscode', () => {
  class Disposable {
    constructor(readonly dispose: () => void) {}
    static from(...all: { dispose(): unknown }[]): Disposable {
      return new Disposable(() => all.forEach((one) => one.dispose()));
    }
  }
  const nothing = () => new Disposable(() => undefined);
  const createFileSystemWatcher = vi.fn(() => ({
    onDidChange: nothing,
    onDidCreate: nothing,
    onDidDelete: nothing,
    dispose: () => undefined,
  }));
  class RelativePattern {
    readonly pattern = '';
  }
  return {
    Disposable,
    RelativePattern,
    Uri: { file: (path: string) => path },
    workspace: { createFileSystemWatcher },
  };
});

const realTimeout = setTimeout;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lpcam-silent-'));
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true });
});

/** Lets so many seconds pass, with everything that happens on disk in them. */
async function seconds(count: number): Promise<void> {
  for (let tenth = 0; tenth < count * 10; tenth++) {
    await vi.advanceTimersByTimeAsync(100);
    // The disk knows nothing of the clock that is put forward.
    await new Promise((resolve) => void realTimeout(resolve, 2));
  }
}

/** The reader, in this process. */
function reader(): { readonly client: EngineClient; readonly looks: () => number } {
  const onDisk = new CheckpointsOnDisk();
  let looks = 0;
  const request = async (_: string, params: EngineParams<'lookAtCheckpoints'>) => {
    if (params.hash === null) looks++;
    try {
      return { ok: true, value: await onDisk.look(params, new AbortController().signal) };
    } catch (error) {
      return { ok: false, failure: { kind: 'input', message: String(error) } };
    }
  };
  return { client: { request } as unknown as EngineClient, looks: () => looks };
}

describe('Without a word from any watcher', () => {
  it('a new checkpoint is found within some seconds, once it is whole and at rest', async () => {
    const study = join(folder, 'lpcam.json');
    mkdirSync(join(folder, 'run'));
    writeFileSync(study, JSON.stringify({ checkpoint: 'none.onnx', follow: 'run/epoch_*.onnx' }));
    const bytes = tinyNetwork();
    writeFileSync(join(folder, 'run', 'epoch_1.onnx'), bytes);
    const { client, looks } = reader();
    const follower = new CheckpointFollower(client, () => undefined);
    const told: FollowedState[] = [];
    const following = follower.follow({ file: study }, (state) => told.push(state));
    const newest = () => told.at(-1)?.newest?.path ?? null;
    try {
      await vi.waitFor(async () => {
        await seconds(1);
        expect(newest()).toBe(join(folder, 'run', 'epoch_1.onnx'));
      });
      const second = join(folder, 'run', 'epoch_2.onnx');
      writeFileSync(second, bytes.subarray(0, bytes.length >> 1));
      await seconds(8);
      expect(newest()).toBe(join(folder, 'run', 'epoch_1.onnx'));
      appendFileSync(second, bytes.subarray(bytes.length >> 1));
      await vi.waitFor(async () => {
        await seconds(1);
        expect(newest()).toBe(second);
      });
      const before = looks();
      await seconds(30);
      expect(looks() - before).toBeLessThanOrEqual(7);
      expect(looks() - before).toBeGreaterThan(0);
    } finally {
      following.dispose();
      follower.dispose();
    }
    const after = looks();
    await seconds(10);
    expect(looks()).toBe(after);
  });

  it("a panel's files are found changed, when they are at rest, and once", async () => {
    const path = join(folder, 'bank.safetensors');
    writeFileSync(path, 'one');
    const onChange = vi.fn();
    const files = new WatchedFiles(onChange);
    await files.watch([path]);
    await seconds(12);
    expect(onChange).not.toHaveBeenCalled();
    for (let write = 0; write < 12; write++) {
      appendFileSync(path, 'more');
      utimesSync(path, write, write);
      await seconds(0.5);
    }
    expect(onChange).not.toHaveBeenCalled();
    await seconds(7);
    expect(onChange).toHaveBeenCalledTimes(1);
    await seconds(20);
    expect(onChange).toHaveBeenCalledTimes(1);
    files.dispose();
    appendFileSync(path, 'more');
    await seconds(20);
    expect(onChange).toHaveBeenCalledTimes(1);
  });
});
