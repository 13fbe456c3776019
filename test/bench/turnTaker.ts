/** A program that takes turns with others: a peer in Python, or a part of ours in a process of its own. */
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import * as z from 'zod';
import { engineForkOptions } from '../../src/extension/client/engineFork';

const readySchema = z.union([
  z.object({ ready: z.literal(true), versions: z.string() }),
  z.object({ lacks: z.string() }),
]);

const turnSchema = z.object({
  seconds: z.number(),
  /** Of all the process's threads. */
  cpuSeconds: z.number(),
  /** Largest resident size of the process so far. */
  peakMegabytes: z.number(),
  /** Largest size of the files it made, where it tells. */
  diskBytes: z.number().optional(),
  /** Milliseconds of parts of the turn, where a peer tells them. */
  parts: z.record(z.string(), z.number()).default({}),
});
export type Turn = z.output<typeof turnSchema>;

/** Python where the peers' packages are; Debian's own Python may hide behind another one. */
const pythons = [process.env['LPCAM_PEER_PYTHON'], 'python3', '/usr/bin/python3'].filter(
  (name): name is string => name !== undefined && name !== '',
);

/** A faster BLAS than the system's may lie in a folder of its own. */
function peerEnvironment(threads: number): NodeJS.ProcessEnv {
  const libraries = process.env['LPCAM_PEER_LIBRARIES'];
  const env = { ...process.env, OMP_NUM_THREADS: String(threads), OPENBLAS_NUM_THREADS: String(threads) };
  return libraries ? { ...env, LD_LIBRARY_PATH: libraries } : env;
}

export class TurnTaker {
  private readonly ended: Promise<string>;

  private constructor(
    private readonly child: ChildProcessByStdio<Writable, Readable, null>,
    private readonly lines: Interface,
    readonly versions: string,
  ) {
    this.ended = once(child, 'close').then(([code, signal]) => String(code ?? signal));
  }

  /** Starts a program; gives what it lacks where it cannot take part. */
  private static async start(
    command: string,
    args: string[],
    env: NodeJS.ProcessEnv,
  ): Promise<TurnTaker | string> {
    const child = spawn(command, args, { env, stdio: ['pipe', 'pipe', 'inherit'] });
    const lines = createInterface({ input: child.stdout });
    const first = await Promise.race([
      once(lines, 'line').then(([line]) => String(line)),
      once(child, 'error').then(() => null),
      once(child, 'close').then(() => null),
    ]).catch(() => null);
    if (first === null) return command;
    const answer = readySchema.parse(JSON.parse(first));
    return 'lacks' in answer ? answer.lacks : new TurnTaker(child, lines, answer.versions);
  }

  /**
   * Starts a peer with the first Python that has what it needs.
   * @returns what the last of them lacks, where none has
   */
  static async python(script: string, task: object, threads: number): Promise<TurnTaker | string> {
    let lacks = 'Python';
    for (const python of pythons) {
      const started = await TurnTaker.start(python, [script, JSON.stringify(task)], peerEnvironment(threads));
      if (typeof started !== 'string') return started;
      lacks = started === python ? lacks : started;
    }
    return lacks;
  }

  /** Starts a program of ours. */
  static async ours(program: string, task: object): Promise<TurnTaker> {
    const started = await TurnTaker.start(
      process.execPath,
      [program, JSON.stringify(task)],
      engineForkOptions(process.env).env ?? {},
    );
    if (typeof started === 'string') throw new Error(`${program} did not start.`);
    return started;
  }

  async turn(request: object): Promise<Turn> {
    const answer = once(this.lines, 'line').then(([line]) => String(line));
    this.child.stdin.write(`${JSON.stringify(request)}\n`);
    const end = this.ended.then((code) => {
      throw new Error(`${this.versions} ended with ${code} in its turn.`);
    });
    return turnSchema.parse(JSON.parse(await Promise.race([answer, end])));
  }

  /** Lets the program end by itself. */
  async stop(): Promise<void> {
    this.child.stdin.end();
    await this.ended;
  }
}
