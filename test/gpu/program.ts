/**
 * Runs the pipeline of the small networks on one device, in a process of its own: argument 1 is the device, argument 2 a
 * folder for profiles. Answers with one message, and is gone before a driver can crash at its end.
 */
import { deviceNames } from '../../src/protocol/studyFile';
import { smallNetworks } from './networks';
import { runPipeline } from './pipeline';

async function main(): Promise<void> {
  const [, , name, folder = '.'] = process.argv;
  const device = deviceNames.find((one) => one === name);
  if (device === undefined) throw new Error(`unknown device ${name ?? ''}`);
  const result = await runPipeline({ device, folder }, smallNetworks());
  process.send?.(result, () => process.kill(process.pid, 'SIGKILL'));
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exit(1);
});
