/** Starts a program of this folder in a process of its own, which a driver may crash or hang. */
import { fork } from 'node:child_process';
import { lastReason, plainReason } from '../../src/engine/deviceProber';

/**
 * @param script built program that answers with one message
 * @param limit milliseconds after which it is ended
 * @param onSaid takes its error output
 * @returns the message; @throws Error that says why there is none, with the end of its error output as the cause
 */
export function runProgram(
  script: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  limit = 600_000,
  onSaid: (text: string) => void = () => undefined,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const child = fork(script, args, {
      env: { ...process.env, ...env },
      execArgv: [],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    let said = '';
    let late = false;
    let answer: { readonly message: unknown } | null = null;
    const timer = setTimeout(() => {
      late = true;
      child.kill('SIGKILL');
    }, limit);
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-4000);
      onSaid(text);
    });
    child.on('message', (message) => (answer = { message }));
    child.once('error', reject);
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      if (answer) {
        resolve(answer.message);
        return;
      }
      const words = plainReason(lastReason(said));
      const last = words === '' ? '' : `: ${words}`;
      const how = late
        ? `it did not end within ${limit / 1000} s and was ended${last}`
        : signal !== null
          ? `its process ended with ${signal}, as when a device is lost or a driver crashes${last}`
          : words === ''
            ? `its process ended with exit code ${code ?? '?'} and said nothing`
            : words;
      reject(new Error(how, { cause: said }));
    });
  });
}
