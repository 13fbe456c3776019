/** The engine and the probe as they are shipped: built, side by side, each in a process of its own. */
import { fork, type ChildProcess } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  engineMessageSchema,
  type EngineMessage,
  type EngineMethod,
  type EngineParams,
} from '../../../../src/protocol/engine';
import { bundle } from '../../support/bundle';

export interface BuiltEngine {
  readonly engineScript: string;
  readonly probeScript: string;
  remove(): Promise<void>;
}

/** Builds into the repository, where the native packages are found. */
export async function builtEngine(): Promise<BuiltEngine> {
  const folder = await bundle({
    engine: 'src/engine/main.ts',
    probe: 'src/engine/probe.ts',
    inputWorker: 'src/engine/image/inputWorker.ts',
  });
  return {
    engineScript: join(folder, 'engine.cjs'),
    probeScript: join(folder, 'probe.cjs'),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

type Answer = Extract<EngineMessage, { type: 'ok' | 'failed' }>;

/** A forked engine, spoken to in messages. */
export class EngineProcess {
  readonly child: ChildProcess;
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  readonly messages: EngineMessage[] = [];
  #next = 1;
  readonly #listeners = new Set<() => void>();

  constructor(script: string, env: Readonly<Record<string, string>> = {}) {
    this.child = fork(script, [], {
      serialization: 'advanced',
      execArgv: [],
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1', ...env },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.child.on('message', (raw) => {
      this.messages.push(engineMessageSchema.parse(raw));
      for (const listener of this.#listeners) listener();
    });
    this.ended = new Promise((resolve) => {
      this.child.once('exit', (code, signal) => resolve({ code, signal }));
    });
  }

  /** @returns the request's id */
  send<M extends EngineMethod>(method: M, params: EngineParams<M>): number {
    const id = this.#next++;
    this.child.send({ type: 'request', id, method, params });
    return id;
  }

  cancel(id: number): void {
    this.child.send({ type: 'cancel', id });
  }

  of(id: number): EngineMessage[] {
    return this.messages.filter((message) => message.type !== 'log' && message.id === id);
  }

  /** Resolves with the first message that satisfies the test, also one that has come already. */
  async until(test: (message: EngineMessage) => boolean): Promise<EngineMessage> {
    return new Promise((resolve) => {
      const look = () => {
        const found = this.messages.find(test);
        if (found === undefined) return;
        this.#listeners.delete(look);
        resolve(found);
      };
      this.#listeners.add(look);
      look();
    });
  }

  async answer(id: number): Promise<Answer> {
    return (await this.until(
      (message) => (message.type === 'ok' || message.type === 'failed') && message.id === id,
    )) as Answer;
  }
}
