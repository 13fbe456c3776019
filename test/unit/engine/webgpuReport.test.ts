/** What test/gpu/run.mjs says of a GPU machine where not all is as it should be. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { automatic, type DeviceFindings } from '../../gpu/deviceReport';
import { ImageRate } from '../../gpu/imageRate';
import { reportTable } from '../../gpu/reportTable';
import { runProgram } from '../../gpu/runProgram';
import { subjectsHere } from '../../gpu/subjects';
import { fakeMachine } from './support/fakeMachine';

const folder = mkdtempSync(join(tmpdir(), 'lpcam-report-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function script(name: string, text: string): string {
  const path = join(folder, `${name}.cjs`);
  writeFileSync(path, text);
  return path;
}

const good = { usable: true, caveat: '', reason: '' };
const empty = { parity: null, milliseconds: null, networks: [] };
const found = (device: DeviceFindings['device'], probe: DeviceFindings['probe']): DeviceFindings => ({
  device,
  probe,
  automaticPrecision: null,
  ...empty,
});

describe('The report of a GPU machine', () => {
  it('says that the device was lost, that the program hung, or what it said last', async () => {
    const lost = script(
      'lost',
      'process.stderr.write("Device lost\\n", () => process.kill(process.pid, "SIGSEGV"))',
    );
    await expect(runProgram(lost, [], {})).rejects.toThrow(
      'its process ended with SIGSEGV, as when a device is lost or a driver crashes: Device lost',
    );
    const hanging = script('hanging', 'setInterval(() => {}, 1000)');
    await expect(runProgram(hanging, [], {}, 300)).rejects.toThrow(
      'it did not end within 0.3 s and was ended',
    );
    const failing = script(
      'failing',
      `process.stderr.write("Program Cast requires f16 but the device does not support it.\\n", () => process.exit(1))`,
    );
    await expect(runProgram(failing, [], {})).rejects.toThrow('it has no numbers of 16 bits');
    const answering = script('answering', 'process.send({ worst: 1 }, () => process.abort())');
    expect(await runProgram(answering, [], {})).toEqual({ worst: 1 });
  });

  it('tells the device and the precision that auto takes, from what was measured', async () => {
    const machine = fakeMachine({ files: ['/dev/nvidiactl', '/dev/dri/renderD128'] });
    const half = { speedup: 1.9, error: 0.001 };
    const measured = [
      found('cpu', { ...good, half: '' }),
      found('webgpu', { ...good, half }),
      found('cuda', { usable: false, reason: 'the provider is not installed' }),
    ];
    const said = await automatic(machine, measured);
    expect(said).toContain('WebGPU');
    expect(said).toContain('in half precision (1.9 times as fast, LPCAM within 0.001)');
    // Of devices that were left out nothing is known.
    expect(await automatic(machine, measured.slice(0, 2))).toBeNull();
  });

  it('has an empty place for each figure that there is none of, and says why', () => {
    const time = { first: 900, others: 12.34, network: 8, inputs: 1 };
    const lost = 'failed: its process ended with SIGABRT, as when a device is lost or a driver crashes';
    const text = reportTable([
      {
        ...found('webgpu', { ...good, half: 'no' }),
        automaticPrecision: { precision: 'full', reason: '' },
        networks: [
          {
            network: 'resnet50v2c4-voc20',
            dataSet: {
              images: 48,
              featuresPerSecond: 40,
              seedsPerSecond: 21.26,
              seedsOneByOnePerSecond: 18,
              batches: [],
              features: 2,
              prototypes: 3,
              seeds: 4,
            },
            dataSetInHalf: lost,
            maps: {
              images: 48,
              fullFromCpu: { maps: 60, lpcam: 1e-6, cam: 1e-6, within: true },
              halfFromFull: { maps: 60, lpcam: 0.00151, cam: 0.0009, within: true },
            },
            oneImage: {
              images: 47,
              size: '500 x 375',
              full: { thread: time, noThread: { ...time, others: 15 } },
              half: { thread: lost, noThread: lost },
            },
          },
        ],
      },
      found('cuda', { usable: false, reason: 'there is no NVIDIA GPU (no /dev/nvidiactl)' }),
    ]);
    expect(text).toContain(
      '| webgpu | resnet50v2c4-voc20 | 12.3, 15.0 |  | 21.3 | 18.0 |  | 40.0 | 0.0015, 0.0009 | full |',
    );
    expect(text).toContain(`webgpu, resnet50v2c4-voc20, dataSetInHalf: ${lost}`);
    expect(text).toContain(`webgpu, resnet50v2c4-voc20, oneImage, half, thread: ${lost}`);
    expect(text).toContain('cuda: not measured, there is no NVIDIA GPU (no /dev/nvidiactl)');
  });

  it('counts the images of a data set a second by what is done, several at a time or not', () => {
    let now = 0;
    const rate = new ImageRate(() => now);
    const done = (count: number) =>
      rate.onEvent({ progress: { stage: 'Extracting features', done: count, total: 44 } });
    // The first batch compiles.
    now = 9000;
    done(4);
    rate.onEvent({ progress: { stage: 'Clustering boat (1 of 6)', done: 7, total: 44 } });
    expect(rate.perSecond).toBeNull();
    for (let count = 8; count <= 44; count += 4) {
      now += 200;
      done(count);
    }
    expect(rate.perSecond).toBe(20);
    rate.end();
    expect(rate.seconds).toBe(11);
  });

  it('takes the demo where there are no networks beside the repository, and says so', () => {
    const { subjects, lacking } = subjectsHere(join(folder, 'repository'), false);
    expect(subjects.map(({ name }) => name)).toEqual(['demo']);
    expect(lacking).toContain("the demo's network and pictures were taken instead");
  });
});
