/**
 * One job on one device, in a process of its own: `pipeline DEVICE FOLDER` runs the small networks and leaves profiles in
 * the folder, `benchmark DEVICE SIZE` measures. Answers with one message, and is gone before a driver can crash at its end.
 */
import '../../src/engine/cuda/preparedCuda';
import { deviceNames } from '../../src/protocol/deviceNames';
import { benchmark, benchmarkSizes } from './benchmark';
import { smallNetworks } from './networks';
import { runPipeline } from './pipeline';

async function main(): Promise<void> {
  const [, , job, name, last = ''] = process.argv;
  const device = deviceNames.find((one) => one === name);
  if (device === undefined) throw new Error(`unknown device ${name ?? ''}`);
  const result =
    job === 'pipeline'
      ? await runPipeline({ device, folder: last }, smallNetworks())
      : await benchmark(device, benchmarkSizes[last === 'tiny' ? 'tiny' : 'usual']);
  process.send?.(result, () => process.kill(process.pid, 'SIGKILL'));
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exit(1);
});
