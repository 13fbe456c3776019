/** The engine in its process, spoken to as the extension does: what crosses the boundary is part of the time. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { engineForkOptions } from '../../src/extension/client/engineFork';
import {
  engineMessageSchema,
  protocolVersion,
  type EngineMethod,
  type EngineParams,
  type EngineResult,
} from '../../src/protocol/engine';
import { peakMegabytes } from './peakMemory';

/** One of the answers to a request, and when it was there (milliseconds of `performance.now`). */
export interface Arrived {
  readonly at: number;
  readonly value: unknown;
}

export interface Answered<M extends EngineMethod> {
  readonly events: readonly Arrived[];
  readonly result: EngineResult<M>;
  readonly began: number;
  readonly ended: number;
}

export class EngineProcess {
  private nextId = 1;

  private constructor(private readonly child: ChildProcess) {}

  static async start(program: string): Promise<EngineProcess> {
    const child = fork(program, [], {
      ...engineForkOptions(process.env),
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    await once(child, 'spawn');
    const engine = new EngineProcess(child);
    await engine.request('hello', { version: protocolVersion });
    return engine;
  }

  request<M extends EngineMethod>(method: M, params: EngineParams<M>): Promise<Answered<M>> {
    const id = this.nextId++;
    const events: Arrived[] = [];
    const began = performance.now();
    return new Promise((resolve, reject) => {
      const onExit = (code: number | null): void =>
        reject(new Error(`The engine ended with code ${code ?? 'none'}.`));
      const onMessage = (raw: unknown): void => {
        const at = performance.now();
        const message = engineMessageSchema.parse(raw);
        if (message.type === 'log' || message.id !== id) return;
        if (message.type === 'event') {
          events.push({ at, value: message.event });
          return;
        }
        this.child.off('message', onMessage).off('exit', onExit);
        if (message.type === 'failed') reject(new Error(`${method}: ${message.failure.message}`));
        else resolve({ events, result: message.value as EngineResult<M>, began, ended: at });
      };
      this.child.on('message', onMessage).once('exit', onExit);
      this.child.send({ type: 'request', id, method, params });
    });
  }

  /** Largest resident size of the process so far, native memory included; null where the platform does not tell. */
  peakMegabytes(): number | null {
    return this.child.pid === undefined ? null : peakMegabytes(this.child.pid);
  }

  stop(): void {
    this.child.removeAllListeners('exit');
    this.child.kill();
  }
}
