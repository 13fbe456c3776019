/** The engine process, found as an administrator finds it: in the list of processes. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { poll } from './poll';
import type { Vscode } from './vscode';

/** Process ids and command lines. Slim systems have no `ps`. */
function processes(): { pid: number; command: string }[] {
  if (existsSync('/proc/self/cmdline')) {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map((name) => ({ pid: Number(name), command: commandLine(name) }));
  }
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,args='], { encoding: 'utf8' }).trim().split('\n');
  return lines.map((line) => {
    const [pid = '', ...words] = line.trim().split(/\s+/);
    return { pid: Number(pid), command: words.join(' ') };
  });
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return ''; // It has just ended.
  }
}

/** The engines of this VS Code: one a window that has needed it. A window that was just reloaded may leave one. */
export function enginePids(vscode: Vscode): readonly number[] {
  return processes()
    .filter(({ command }) => command.includes(vscode.profile) && command.includes('engine.cjs'))
    .map(({ pid }) => pid);
}

async function runningEngine(vscode: Vscode): Promise<readonly number[]> {
  return poll('a running engine', () => {
    const running = enginePids(vscode);
    return Promise.resolve(running.length > 0 && running);
  });
}

/** Makes the engine stand still in the middle of whatever it does: it takes requests and answers none. */
export async function freezeEngine(vscode: Vscode): Promise<void> {
  for (const pid of await runningEngine(vscode)) process.kill(pid, 'SIGSTOP');
}

/** Kills the engine that runs, as the kernel does when memory is short, and waits until it is gone. */
export async function killEngine(vscode: Vscode): Promise<void> {
  const pids = await runningEngine(vscode);
  for (const pid of pids) process.kill(pid, 'SIGKILL');
  await poll('the end of the engine', () =>
    Promise.resolve(enginePids(vscode).every((pid) => !pids.includes(pid))),
  );
}
