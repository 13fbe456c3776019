/** Answers the protocol's messages: any number of events and exactly one response per request. */
import pLimit from 'p-limit';
import * as z from 'zod';
import {
  engineMethods,
  hostMessageSchema,
  protocolVersion,
  type EngineEvent,
  type EngineMessage,
  type EngineMethod,
  type EngineParams,
  type EngineResult,
  type HostMessage,
} from '../protocol/engine';
import type { Failure } from '../protocol/failure';
import { failureOf } from './failure';

/** What answers each request; a process has those it is for. */
export type Handlers = {
  readonly [M in EngineMethod]?: (
    params: EngineParams<M>,
    emit: (event: EngineEvent<M>) => void,
    signal: AbortSignal,
  ) => Promise<EngineResult<M>> | EngineResult<M>;
};

/**
 * What runs the network goes one after the other, so that two requests never hold its memory at once; clustering has a
 * lane of its own, for it takes minutes and gives way between images.
 */
const lanes: Readonly<Partial<Record<EngineMethod, 'maps' | 'cluster'>>> = {
  inspect: 'maps',
  explain: 'maps',
  overlay: 'maps',
  centreMap: 'maps',
  computeStages: 'maps',
  cluster: 'cluster',
  makeSeeds: 'cluster',
  computeTimeline: 'cluster',
};

interface Running {
  readonly abort: AbortController;
  /** False while it waits in its lane. */
  started: boolean;
  answered: boolean;
}

export class Server {
  readonly #handlers: Handlers;
  readonly #send: (message: EngineMessage) => void;
  readonly #running = new Map<number, Running>();
  readonly #limits = { maps: pLimit(1), cluster: pLimit(1) };

  constructor(handlers: Handlers, send: (message: EngineMessage) => void) {
    this.#send = send;
    this.#handlers = handlers;
  }

  /** Takes a message of the host, whatever it is. */
  receive(raw: unknown): void {
    const parsed = hostMessageSchema.safeParse(raw);
    if (!parsed.success) {
      this.#refuse(raw, z.prettifyError(parsed.error));
      return;
    }
    const message = parsed.data;
    if (message.type === 'cancel') this.#cancel(message.id);
    else this.#request(message);
  }

  /** A message of no known form: answered where it has an id, for somebody may be waiting. */
  #refuse(raw: unknown, why: string): void {
    const text = `The engine got a message that is not of protocol version ${protocolVersion}: ${why}`;
    const id = typeof raw === 'object' && raw !== null && 'id' in raw ? raw.id : null;
    if (typeof id === 'number' && Number.isInteger(id)) {
      this.#send({ type: 'failed', id, failure: { kind: 'internal', message: text } });
    } else this.#send({ type: 'log', level: 'error', text });
  }

  #cancel(id: number): void {
    const running = this.#running.get(id);
    if (running === undefined) return;
    running.abort.abort();
    // One that waits in its lane has nothing to wind up.
    if (!running.started) this.#fail(id, running, failureOf(null, running.abort.signal));
  }

  #request({ id, method, params }: Extract<HostMessage, { type: 'request' }>): void {
    if (this.#running.has(id)) {
      this.#send({
        type: 'log',
        level: 'error',
        text: `Request ${id} was sent twice; the second is ignored.`,
      });
      return;
    }
    const running: Running = { abort: new AbortController(), started: false, answered: false };
    this.#running.set(id, running);
    const lane = lanes[method];
    const work = () => this.#run(id, method, params, running);
    void (lane === undefined ? work() : this.#limits[lane](work));
  }

  async #run(id: number, method: EngineMethod, params: unknown, running: Running): Promise<void> {
    if (running.answered) return;
    running.started = true;
    const { signal } = running.abort;
    try {
      const value = await this.#call(
        method,
        params,
        (event) => this.#send({ type: 'event', id, event }),
        signal,
      );
      // Who cancelled counts on nothing coming any more, even when the work was quicker.
      signal.throwIfAborted();
      this.#answer(id, running, { type: 'ok', id, value });
    } catch (error) {
      this.#fail(id, running, failureOf(error, signal));
    }
  }

  async #call<M extends EngineMethod>(
    method: M,
    raw: unknown,
    emit: (event: EngineEvent<M>) => void,
    signal: AbortSignal,
  ): Promise<EngineResult<M>> {
    // The schema of this very method made it, which its type cannot express.
    const checked = engineMethods[method].params.safeParse(raw);
    if (!checked.success) throw new Error(`Wrong parameters of ${method}: ${z.prettifyError(checked.error)}`);
    const params = checked.data as EngineParams<M>;
    const guarded = (event: EngineEvent<M>) => {
      if (!signal.aborted) emit(event);
    };
    const handler = this.#handlers[method];
    if (handler === undefined) throw new Error(`This process does not answer ${method}.`);
    return handler(params, guarded, signal);
  }

  #fail(id: number, running: Running, failure: Failure): void {
    this.#answer(id, running, { type: 'failed', id, failure });
  }

  #answer(id: number, running: Running, message: EngineMessage): void {
    if (running.answered) return;
    running.answered = true;
    this.#running.delete(id);
    this.#send(message);
  }
}
