/** Starts a program of this folder in a process of its own, which a driver may crash. */
import { fork } from 'node:child_process';

/**
 * @param script built program that answers with one message
 * @returns the message; @throws Error with the end of its error output when it gave none
 */
export function runProgram(
  script: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const child = fork(script, args, {
      env: { ...process.env, ...env },
      execArgv: [],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    let said = '';
    let answer: { readonly message: unknown } | null = null;
    child.stderr?.on('data', (chunk: Buffer) => (said = (said + chunk.toString('utf8')).slice(-4000)));
    child.on('message', (message) => (answer = { message }));
    child.once('error', reject);
    child.once('close', (code, signal) => {
      if (answer) resolve(answer.message);
      else reject(new Error(`${args.join(' ')} ended with ${signal ?? `exit code ${code ?? '?'}`}: ${said}`));
    });
  });
}
