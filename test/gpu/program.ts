/**
 * One job on one device, in a process of its own: `pipeline DEVICE FOLDER` runs the small networks and leaves profiles in
 * the folder, `benchmark DEVICE SIZE` measures, `half DEVICE` opens and runs the small networks in half precision.
 */
import '../../src/engine/cuda/preparedCuda';
import { deviceNames } from '../../src/protocol/deviceNames';
import { answer } from './answer';
import { benchmark, benchmarkSizes } from './benchmark';
import { runHalf } from './halfRun';
import { smallNetworks } from './networks';
import { runPipeline } from './pipeline';

answer(() => {
  const [, , job, name, last = ''] = process.argv;
  const device = deviceNames.find((one) => one === name);
  if (device === undefined) throw new Error(`unknown device ${name ?? ''}`);
  if (job === 'half') return runHalf(device);
  return job === 'pipeline'
    ? runPipeline({ device, folder: last }, smallNetworks())
    : benchmark(device, benchmarkSizes[last === 'tiny' ? 'tiny' : 'usual']);
});
