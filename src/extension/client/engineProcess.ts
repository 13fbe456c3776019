/** One engine process: its start, its handshake, its messages and its end. Knows nothing of requests. */
import { fork, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import {
  engineMessageSchema,
  engineMethods,
  protocolVersion,
  type EngineMessage,
  type HostMessage,
} from '../../protocol/engine';
import { engineForkOptions } from './engineFork';
import { lastWords } from './lastWords';

/** The handshake's request; those of the client count up from 1. */
const helloId = 0;
/** A process whose channel is closed has nothing more to tell: milliseconds to wait for its last messages. */
const lastMessages = 500;
/** Lines of its error output kept to explain an early end. */
const keptLines = 60;

export type LogLevel = 'info' | 'warn' | 'error';
export type Log = (level: LogLevel, text: string) => void;

export interface EngineExit {
  /** For a sentence: "exit code 1" or "signal SIGKILL". */
  readonly how: string;
  /** Whether it came as far as to answer the handshake. */
  readonly started: boolean;
  /** It is of another version, so that starting it again helps nobody. */
  readonly wrongVersion: string | null;
  /** One line of its error output that explains it; may be empty. */
  readonly lastWords: string;
}

export interface EngineProcessOptions {
  /** Path of dist/engine.cjs. */
  readonly script: string;
  readonly args: readonly string[];
  /** Milliseconds it may take to answer the handshake. */
  readonly startTimeout: number;
  readonly env: NodeJS.ProcessEnv;
  readonly log: Log;
  readonly onStarted: () => void;
  readonly onMessage: (message: EngineMessage) => void;
  /** Called once, after the last message. */
  readonly onExit: (exit: EngineExit) => void;
}

export class EngineProcess {
  readonly #child: ChildProcess;
  readonly #options: EngineProcessOptions;
  readonly #lastLines: string[] = [];
  readonly #startTimer: NodeJS.Timeout;
  #started = false;
  #ended = false;
  #wrongVersion: string | null = null;

  constructor(options: EngineProcessOptions) {
    this.#options = options;
    this.#child = fork(options.script, options.args, {
      ...engineForkOptions(options.env),
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.#readLines(this.#child.stdout, 'info');
    this.#readLines(this.#child.stderr, 'warn');
    this.#child.on('message', (message) => this.#receive(message));
    this.#child.once('error', (error) => this.#end(error.message));
    this.#child.once('exit', (code, signal) => {
      const how = signal ? `signal ${signal}` : `exit code ${code ?? 'unknown'}`;
      if (this.#child.connected) {
        // What it sent last may still lie in the channel.
        this.#child.once('disconnect', () => this.#end(how));
        setTimeout(() => this.#end(how), lastMessages).unref();
      } else this.#end(how);
    });
    this.#startTimer = setTimeout(() => {
      options.log('error', `The engine did not answer within ${options.startTimeout / 1000} s of its start.`);
      this.kill();
    }, options.startTimeout);
    this.send({ type: 'request', id: helloId, method: 'hello', params: { version: protocolVersion } });
  }

  get pid(): number | undefined {
    return this.#ended ? undefined : this.#child.pid;
  }

  send(message: HostMessage): void {
    if (!this.#child.connected) return;
    this.#child.send(message, (error) => {
      // The end of the process is told by its exit; this is only for the log.
      if (error) this.#options.log('warn', `A message did not reach the engine: ${error.message}`);
    });
  }

  /** Ends the process at once, whatever native code it is in. */
  kill(): void {
    this.#child.kill('SIGKILL');
  }

  #readLines(stream: Readable | null, level: LogLevel): void {
    if (!stream) return;
    createInterface({ input: stream }).on('line', (line) => {
      if (level === 'warn') {
        this.#lastLines.push(line);
        if (this.#lastLines.length > keptLines) this.#lastLines.shift();
      }
      this.#options.log(level, `[engine] ${line}`);
    });
  }

  #receive(raw: unknown): void {
    if (this.#ended) return;
    const parsed = engineMessageSchema.safeParse(raw);
    if (!parsed.success) {
      this.#options.log('error', `The engine sent what is no message of ours: ${parsed.error.message}`);
      return;
    }
    const message = parsed.data;
    if (message.type === 'log') this.#options.log(message.level, `[engine] ${message.text}`);
    else if (message.id === helloId) this.#answerOfHello(message);
    else if (this.#started) this.#options.onMessage(message);
  }

  #answerOfHello(message: Exclude<EngineMessage, { type: 'log' }>): void {
    if (this.#started || message.type === 'event') return;
    clearTimeout(this.#startTimer);
    const problem = this.#helloProblem(message);
    if (problem !== null) {
      this.#wrongVersion = problem;
      this.kill();
      return;
    }
    this.#started = true;
    this.#options.onStarted();
  }

  /** What is wrong with the answer to the handshake; null when nothing is. */
  #helloProblem(message: Exclude<EngineMessage, { type: 'log' | 'event' }>): string | null {
    if (message.type === 'failed') return message.failure.message;
    const hello = engineMethods.hello.result.safeParse(message.value);
    if (!hello.success) return 'its first answer has an unknown form';
    const { version, pid, runtime } = hello.data;
    if (version !== protocolVersion)
      return `it speaks version ${version} of the protocol, not ${protocolVersion}`;
    this.#options.log('info', `Engine process ${pid} runs (${runtime}).`);
    return null;
  }

  #end(how: string): void {
    if (this.#ended) return;
    this.#ended = true;
    clearTimeout(this.#startTimer);
    this.#options.onExit({
      how,
      started: this.#started,
      wrongVersion: this.#wrongVersion,
      lastWords: lastWords(this.#lastLines),
    });
  }
}
