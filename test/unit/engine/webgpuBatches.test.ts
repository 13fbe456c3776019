/** Images of one size that take the network together on WebGPU, over a software driver. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runProgram } from '../../gpu/runProgram';
import { bundle } from '../support/bundle';
import { writeDataSet, type DataSet } from './support/dataSet';
import type { BothRuns } from './support/dataSetProgram';
import { softwareVulkan } from './support/softwareVulkan';

const { here, lacking, env } = softwareVulkan;

describe.skipIf(!here)(`on WebGPU (SwiftShader)${here ? '' : `: SKIPPED, ${lacking}`}`, () => {
  let built: string;
  let set: DataSet;
  beforeAll(async () => {
    built = await bundle({
      program: 'test/unit/engine/support/dataSetProgram.ts',
      probe: 'src/engine/probe.ts',
    });
    set = await writeDataSet(await mkdtemp(join(tmpdir(), 'lpcam batches-')), 5, {
      device: 'webgpu',
      // The driver compiles each shader anew for each size.
      inference: { scales: [1], mirror: true },
      clustering: { k: 2, maxIterations: 2 },
    });
  });
  afterAll(async () => {
    await rm(built, { recursive: true, force: true });
    await rm(set.folder, { recursive: true, force: true });
  });

  it('images of one size give the same bank and seeds together and one by one, byte for byte', async () => {
    const { alone, together } = (await runProgram(join(built, 'program.cjs'), [set.folder], env)) as BothRuns;
    expect([...together.files.keys()]).toEqual([...alone.files.keys()]);
    expect(together.files).toEqual(alone.files);
    expect(together.failed).toEqual([set.damaged]);
    expect(together.log.filter((line) => line.includes('opened: maps'))).toHaveLength(2);
    expect(together.log.filter((line) => line.includes('other last digits'))).toEqual([]);
  });
});
