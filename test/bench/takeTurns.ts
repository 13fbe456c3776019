/** The other end of `TurnTaker` for programs of ours: answers each line with the time its turn took. */
import { createInterface } from 'node:readline';
import { peakMegabytes } from './peakMemory';

function say(answer: object): void {
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}

/**
 * @param turn does what a request asks for, and gives what is left to do when the clock has stopped; what that gives is
 * part of the answer
 */
export async function takeTurns<Request>(
  versions: string,
  parse: (line: unknown) => Request,
  turn: (request: Request) => Promise<() => Promise<object>>,
): Promise<void> {
  say({ ready: true, versions });
  for await (const line of createInterface({ input: process.stdin })) {
    const request = parse(JSON.parse(line));
    const [began, cpu] = [performance.now(), process.cpuUsage()];
    const finish = await turn(request);
    const seconds = (performance.now() - began) / 1000;
    const { user, system } = process.cpuUsage(cpu);
    const more = await finish();
    say({ seconds, cpuSeconds: (user + system) / 1e6, peakMegabytes: peakMegabytes(), ...more });
  }
}

/** Runs a program that takes turns; one that fails says why and does not wait for another turn. */
export function runProgram(main: () => Promise<void>): void {
  main().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exitCode = 1;
    process.stdin.destroy();
  });
}
