/**
 * The extension host's end of the engine: requests wait here, go to the engine lane by lane, and end in an Outcome.
 * The process is started at the first need. When it crashes, the running request fails and everything else is sent
 * again to a new process; when a cancelled request does not give way because native code blocks the process, the
 * process is ended and started again.
 */
import type {
  EngineEvent,
  EngineMessage,
  EngineMethod,
  EngineParams,
  EngineResult,
} from '../../protocol/engine';
import type { Failure } from '../../protocol/failure';
import { CrashCounter } from './crashCounter';
import { EngineProcess, type EngineExit, type Log } from './engineProcess';
import { Job, laneWidth, suspect } from './job';
import { cancelled, engineFailure, type Outcome } from './outcome';

/** `idle`: not started, the next request will. `waiting`: before a restart. `givenUp`: it crashed too often. */
export type EngineState = 'idle' | 'starting' | 'running' | 'waiting' | 'givenUp' | 'disposed';

export interface EngineClientOptions {
  readonly script: string;
  /** What the script is called with. */
  readonly args?: readonly string[];
  readonly log: Log;
  /** Asked at each start of the process. */
  readonly env?: () => NodeJS.ProcessEnv;
  /** Why no process may be started now, or null: the one place where trust is asked for. */
  readonly refusal?: () => Failure | null;
  /** Milliseconds; the defaults are for people, tests are less patient. */
  readonly startTimeout?: number;
  /** How long a cancelled job may block the next one of its lane before the process is ended. */
  readonly cancelGrace?: number;
  /** The same, while ending the process would cost another job its work or nobody waits. */
  readonly patientGrace?: number;
  readonly restartDelays?: readonly number[];
  readonly crashLimit?: { readonly count: number; readonly within: number };
}

export interface RequestOptions<M extends EngineMethod> {
  readonly onEvent?: (event: EngineEvent<M>) => void;
  readonly signal?: AbortSignal;
  /** What it is about, for messages: a file name. */
  readonly subject?: string;
}

/** A SIGKILL from outside is nearly always the kernel's, for lack of memory; say so. */
function explained(exit: EngineExit): string {
  return exit.how === 'signal SIGKILL'
    ? `${exit.how}: ended from outside, often for lack of memory`
    : exit.how;
}

export class EngineClient {
  readonly #options: EngineClientOptions;
  readonly #crashes: CrashCounter;
  readonly #listeners = new Set<(state: EngineState) => void>();
  #process: EngineProcess | undefined;
  #state: EngineState = 'idle';
  #queue: Job[] = [];
  #running: Job[] = [];
  #nextId = 1;
  /** The process is being ended by us: what is running then is no crash. */
  #ending = false;
  #restartTimer: NodeJS.Timeout | undefined;
  /** What those who still ask are told after it was given up. */
  #gaveUp: Outcome<never> = engineFailure('The engine is stopped.');

  constructor(options: EngineClientOptions) {
    this.#options = options;
    const { count, within } = options.crashLimit ?? { count: 3, within: 60_000 };
    this.#crashes = new CrashCounter(count, within, options.restartDelays ?? [200, 2000]);
  }

  get state(): EngineState {
    return this.#state;
  }

  /** The engine process, while there is one. */
  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /** Calls back with every new state. @returns ends that */
  onState(listener: (state: EngineState) => void): { dispose(): void } {
    this.#listeners.add(listener);
    return { dispose: () => void this.#listeners.delete(listener) };
  }

  /** Asks the engine. Never rejects: every end, cancelling included, is an outcome. */
  request<M extends EngineMethod>(
    method: M,
    params: EngineParams<M>,
    options: RequestOptions<M> = {},
  ): Promise<Outcome<EngineResult<M>>> {
    const { signal, onEvent, subject } = options;
    if (this.#state === 'disposed' || signal?.aborted) return Promise.resolve(cancelled);
    const refusal = this.#options.refusal?.() ?? null;
    if (refusal) return Promise.resolve({ ok: false, failure: refusal });
    if (this.#state === 'givenUp') return Promise.resolve(this.#gaveUp);
    return new Promise((resolve) => {
      const job = new Job({
        id: this.#nextId++,
        method,
        params,
        subject,
        // Both were validated against the method's schema by the job.
        onEvent: (event) => onEvent?.(event as EngineEvent<M>),
        onSettled: (outcome) => {
          signal?.removeEventListener('abort', abort);
          resolve(outcome as Outcome<EngineResult<M>>);
        },
      });
      const abort = () => this.#cancel(job);
      signal?.addEventListener('abort', abort, { once: true });
      this.#queue.push(job);
      this.#pump();
    });
  }

  /** Ends the process and starts it anew, at the person's wish. Running requests fail, waiting ones are kept. */
  restart(): void {
    if (this.#state === 'disposed' || this.#options.refusal?.()) return;
    this.#crashes.forget();
    for (const job of this.#running) job.settle(engineFailure('The engine was restarted.'));
    this.#running = [];
    if (this.#process) this.#endProcess();
    else this.#start();
  }

  dispose(): void {
    clearTimeout(this.#restartTimer);
    this.#setState('disposed');
    for (const job of [...this.#running, ...this.#queue]) job.settle(cancelled);
    this.#running = [];
    this.#queue = [];
    this.#process?.kill();
    this.#process = undefined;
    this.#listeners.clear();
  }

  /** Sends what may be sent; starts the process when there is none. */
  #pump(): void {
    if (this.#queue.length > 0 && this.#state === 'idle') {
      this.#start();
      return;
    }
    if (this.#state !== 'running' || this.#ending) return;
    for (const job of [...this.#queue]) {
      if (this.#running.filter((other) => other.lane === job.lane).length >= laneWidth[job.lane]) continue;
      this.#queue.splice(this.#queue.indexOf(job), 1);
      this.#running.push(job);
      this.#process?.send({ type: 'request', id: job.id, method: job.method, params: job.params });
    }
  }

  #start(): void {
    clearTimeout(this.#restartTimer);
    this.#setState('starting');
    const process: EngineProcess = new EngineProcess({
      script: this.#options.script,
      args: this.#options.args ?? [],
      env: this.#options.env?.() ?? globalThis.process.env,
      startTimeout: this.#options.startTimeout ?? 60_000,
      log: this.#options.log,
      onStarted: () => {
        if (process !== this.#process) return;
        this.#setState('running');
        this.#pump();
      },
      onMessage: (message) => {
        if (process === this.#process) this.#receive(message);
      },
      onExit: (exit) => {
        if (process === this.#process) this.#exited(exit);
      },
    });
    this.#process = process;
  }

  #receive(message: EngineMessage): void {
    if (message.type === 'log') return;
    const job = this.#running.find((other) => other.id === message.id);
    if (!job) return;
    let problem: string | null = null;
    if (message.type === 'event') {
      problem = job.event(message.event);
      if (problem !== null) this.#process?.send({ type: 'cancel', id: job.id });
    } else {
      this.#running = this.#running.filter((other) => other !== job);
      if (message.type === 'ok') problem = job.answer(message.value);
      else {
        const { kind, stack } = message.failure;
        if (kind === 'internal' && stack !== undefined) this.#options.log('error', stack);
        job.settle({ ok: false, failure: message.failure });
      }
    }
    if (problem !== null) this.#options.log('error', problem);
    this.#pump();
  }

  #cancel(job: Job): void {
    job.settle(cancelled);
    if (this.#queue.includes(job)) {
      this.#queue = this.#queue.filter((other) => other !== job);
      return;
    }
    if (!this.#running.includes(job)) return;
    job.cancelledAt = Date.now();
    this.#process?.send({ type: 'cancel', id: job.id });
    this.#watchCancelled(job);
  }

  /** Ends the process when a cancelled job keeps it busy: soon if somebody waits for it, else later. */
  #watchCancelled(job: Job): void {
    const { cancelGrace = 3000, patientGrace = 15_000 } = this.#options;
    const timer = setTimeout(() => {
      if (!this.#running.includes(job)) return;
      const waited = Date.now() - (job.cancelledAt ?? 0);
      const alone = this.#running.every((other) => other.cancelledAt !== undefined);
      const wanted = this.#queue.some((other) => other.lane === job.lane);
      if ((alone && wanted) || waited >= patientGrace) {
        this.#options.log('warn', `Cancelling did not stop the engine ${job.doing}: it is restarted.`);
        this.#endProcess();
      } else this.#watchCancelled(job);
    }, cancelGrace);
    timer.unref();
  }

  #endProcess(): void {
    this.#ending = true;
    this.#process?.kill();
  }

  #exited(exit: EngineExit): void {
    this.#process = undefined;
    const running = this.#running;
    this.#running = [];
    if (this.#ending) {
      this.#ending = false;
      this.#sendAgain(running.filter((job) => job.cancelledAt === undefined));
      this.#start();
      return;
    }
    if (exit.wrongVersion !== null) {
      this.#giveUp(`The engine does not belong to this extension (${exit.wrongVersion}). Reload the window.`);
      return;
    }
    this.#crashed(exit, running);
  }

  #crashed(exit: EngineExit, running: readonly Job[]): void {
    const delay = this.#crashes.crashed(Date.now());
    const culprit = suspect(running);
    const what = `The engine stopped unexpectedly (${explained(exit)})`;
    const during = exit.started ? (culprit ? ` while ${culprit.doing}` : ' while idle') : ' while starting';
    this.#options.log('error', `${what}${during}.`);
    const then = delay === null ? 'It is not started again' : 'It is being restarted; try again';
    const again: Job[] = [];
    for (const job of running) {
      if (job === culprit || job.crashesSeen > 0)
        job.settle(engineFailure(`${what} while ${job.doing}. ${then}.`));
      else if (job.cancelledAt === undefined) {
        job.crashesSeen++;
        again.push(job);
      }
    }
    this.#sendAgain(again);
    if (delay === null) {
      const words = exit.lastWords === '' ? '' : ` It last said: ${exit.lastWords}`;
      const { limit, within } = this.#crashes;
      this.#giveUp(
        `${what}${during}. It did so ${limit} times within ${within / 1000} s and is not started again.${words}`,
      );
    } else if (!culprit && this.#queue.length === 0) this.#setState('idle');
    else {
      this.#setState('waiting');
      this.#restartTimer = setTimeout(() => this.#start(), delay);
    }
  }

  /** Puts jobs that were running back before those that wait, in their order. */
  #sendAgain(jobs: readonly Job[]): void {
    this.#queue = [...jobs, ...this.#queue];
  }

  #giveUp(message: string): void {
    this.#gaveUp = engineFailure(
      `${message} Use "LPCAM: Restart Engine" for another try; "LPCAM: Show Log" tells more.`,
    );
    this.#options.log('error', message);
    const queue = this.#queue;
    this.#queue = [];
    this.#setState('givenUp');
    for (const job of queue) job.settle(this.#gaveUp);
  }

  #setState(state: EngineState): void {
    if (state === this.#state) return;
    this.#state = state;
    for (const listener of this.#listeners) listener(state);
  }
}
