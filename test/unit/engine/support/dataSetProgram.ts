/**
 * Bank and seeds of a data set on WebGPU, images of one size one by one and by twos, in a process of its own: `FOLDER`. Answers
 * before a driver can crash at its end.
 */
import '../../../../src/engine/cuda/preparedCuda';
import { makeDataSet, type DataSetRun } from './dataSetRun';

export interface BothRuns {
  readonly alone: DataSetRun;
  readonly together: DataSetRun;
}

async function main(folder: string): Promise<void> {
  const alone = await makeDataSet(folder, { imagesTogether: { webgpu: 1 } });
  const together = await makeDataSet(folder, { imagesTogether: { webgpu: 2 } });
  const both: BothRuns = { alone, together };
  process.send?.(both, () => process.kill(process.pid, 'SIGKILL'));
}

main(process.argv[2] ?? '').catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exit(1);
});
