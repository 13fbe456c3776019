/** k-means from given initial rows, against an independent implementation. */
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { kmeans } from '../../src/engine/clustering/kmeans';
import type { KmeansResult } from '../../src/engine/clustering/kmeans';
import { KmeansStep } from '../../src/engine/clustering/kmeansStep';
import { seededRandom } from '../../src/engine/clustering/random';
import { FileRows, MemoryRows } from '../../src/engine/clustering/rows';
import type { Rows } from '../../src/engine/clustering/rows';
import { openSession } from '../../src/engine/session';
import { encodeModel } from '../../src/formats/onnx';
import { readNpy } from '../../src/formats/npy';
import { bytesOf, toFloat32, toNumbers } from '../../src/formats/numericArray';
import { GraphBuilder, int } from '../../src/network/graphBuilder';
import { assignedLabels } from '../support/assignedLabels';
import { hasShared, sharedJson, sharedPath } from './support/shared';

const caseSchema = z.object({
  case: z.int(),
  K: z.int(),
  tol: z.number(),
  initial_rows: z.array(z.int()),
  iterations: z.int(),
  summed_shift: z.array(z.number()),
});
const cases = hasShared ? z.array(caseSchema).parse(sharedJson('golden', 'kmeans', 'cases.json')) : [];
const channels = 192;

function array(name: string) {
  return readNpy(readFileSync(sharedPath('golden', 'kmeans', name)), name);
}

/** The rows rounded to half precision, by ONNX Runtime itself. */
async function halves(data: Float32Array): Promise<Uint16Array<ArrayBuffer>> {
  const builder = new GraphBuilder(13);
  builder.input('x', 'float', ['n']);
  builder.node('Cast', ['x'], { to: 'y', attributes: [int('to', 10)] });
  builder.output('y', 'float16', ['n']);
  const session = await openSession(encodeModel(builder.model('cast', 7)), 'cpu');
  const result = (await session.run({ x: new ort.Tensor('float32', data, [data.length]) }))['y']?.data;
  if (!ArrayBuffer.isView(result)) throw new Error('no output');
  return new Uint16Array(result.buffer as ArrayBuffer, result.byteOffset, data.length);
}

type Labelled = KmeansResult & { readonly labels: Int32Array };

async function run(rows: Rows, given: z.infer<typeof caseSchema>): Promise<Labelled> {
  const { labels, onAssigned } = assignedLabels(rows.count);
  const step = await KmeansStep.open(channels, rows.type, 'cpu');
  const result = await kmeans(rows, step, {
    k: given.K,
    tolerance: given.tol,
    maxIterations: 100,
    random: seededRandom(0),
    initialRows: given.initial_rows,
    signal: new AbortController().signal,
    onAssigned,
  });
  await step.release();
  return { ...result, labels };
}

function shareOfEqual(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Array.from(a).filter((label, row) => label === b[row]).length / a.length;
}

describe.skipIf(!hasShared)('k-means', () => {
  it.each(cases)('agrees with the reference in case $case, in blocks of any size', async (given) => {
    for (const blockRows of [700, 3000]) {
      const result = await run(new MemoryRows(toFloat32(array('rows.npy')), channels, blockRows), given);
      expect(result.settled).toBe(true);
      expect(result.summedShift).toHaveLength(given.iterations);
      result.summedShift.forEach((shift, i) =>
        expect(Math.abs(shift / (given.summed_shift[i] ?? NaN) - 1)).toBeLessThan(1e-4),
      );
      const labels = toNumbers(array(`labels.${given.case}.npy`));
      expect(shareOfEqual(labels, result.labels)).toBeGreaterThanOrEqual(0.999);
      const centres = toFloat32(array(`centres.${given.case}.npy`));
      const largest = centres.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
      centres.forEach((value, i) =>
        expect(Math.abs(value - (result.centres[i] ?? NaN)) / largest).toBeLessThan(1e-3),
      );
    }
  });

  it.each(cases)(
    'clusters a half-precision file as it would the same rows in memory, case $case',
    async (given) => {
      const folder = await mkdtemp(join(tmpdir(), 'lpcam-kmeans-'));
      const rounded = await halves(toFloat32(array('rows.npy')));
      const path = join(folder, 'rows');
      await writeFile(path, bytesOf(rounded));
      const file = await FileRows.open(path, rounded.length / channels, channels);
      const fromFile = await run(file, given);
      const fromMemory = await run(
        new MemoryRows(toFloat32({ dtype: 'float16', data: rounded }), channels),
        given,
      );
      expect(fromFile).toEqual(fromMemory);
      // Rounding the rows moves those that lie between two centres, no others.
      expect(shareOfEqual(fromFile.labels, toNumbers(array(`labels.${given.case}.npy`)))).toBeGreaterThan(
        0.98,
      );
      await file.close();
      await rm(folder, { recursive: true });
    },
  );
});
