/** The command line as people run it: built, and in a process of its own. */
import { spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle } from '../../support/bundle';

export const root = fileURLToPath(new URL('../../../../', import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly ended: Promise<Ended>;
  /** Resolves once stderr holds the text. */
  said(text: string): Promise<void>;
  kill(signal: NodeJS.Signals): void;
}

export class BuiltProgram {
  private constructor(private readonly folder: string) {}

  /** Builds into the repository, where the native packages are found. */
  static async build(): Promise<BuiltProgram> {
    const folder = await bundle({
      lpcam: 'src/cli/main.ts',
      inputWorker: 'src/engine/image/inputWorker.ts',
      probe: 'src/engine/probe.ts',
      scoreWorker: 'src/engine/scoring/scoreWorker.ts',
    });
    return new BuiltProgram(folder);
  }

  /** Path of the program, for Node. */
  get script(): string {
    return join(this.folder, 'lpcam.cjs');
  }

  /** @param environment variables beside this process's own */
  start(args: readonly string[], cwd: string, environment: NodeJS.ProcessEnv = {}): Running {
    const child = spawn(process.execPath, [this.script, ...args], {
      cwd,
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    const ended = new Promise<Ended>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => resolve({ code, stdout, stderr }));
    });
    return {
      ended,
      kill: (signal) => void child.kill(signal),
      said: (text) =>
        new Promise<void>((resolve, reject) => {
          const look = (): void => {
            if (stderr.includes(text)) resolve();
          };
          child.stderr.on('data', look);
          child.once('close', () =>
            reject(new Error(`The program ended without saying "${text}":\n${stderr}`)),
          );
          look();
        }),
    };
  }

  run(args: readonly string[], cwd: string): Promise<Ended> {
    return this.start(args, cwd).ended;
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}
