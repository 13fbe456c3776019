/**
 * Our k-means in a process of its own, for its time and memory. Rows that may be kept are read before the turns, as the
 * peers read theirs; the others are read in every iteration.
 */
import { writeFile } from 'node:fs/promises';
import * as z from 'zod';
import { RowMemory, keepRows } from '../../src/engine/clustering/keptRows';
import { kmeans } from '../../src/engine/clustering/kmeans';
import { KmeansStep } from '../../src/engine/clustering/kmeansStep';
import { seededRandom } from '../../src/engine/clustering/random';
import { FileRows } from '../../src/engine/clustering/rows';
import { bytesOf } from '../../src/formats/numericArray';
import { runProgram, takeTurns } from './takeTurns';

const taskSchema = z.object({
  rows: z.string(),
  count: z.int(),
  channels: z.int(),
  initialRows: z.array(z.int()),
  keptBytes: z.number(),
});
const requestSchema = z.object({ iterations: z.int(), centres: z.string() });

async function main(): Promise<void> {
  const task = taskSchema.parse(JSON.parse(process.argv[2] ?? ''));
  const { rows, count, channels, initialRows, keptBytes } = task;
  const file = await FileRows.open(rows, count, channels);
  const step = await KmeansStep.open(channels, 'float16', 'cpu');
  const { signal } = new AbortController();
  const kept = await keepRows(file, new RowMemory(keptBytes), 'cpu', signal);
  await takeTurns(
    'LPCAM Lens',
    (line) => requestSchema.parse(line),
    async ({ iterations, centres }) => {
      const result = await kmeans(kept, step, {
        k: initialRows.length,
        tolerance: 0,
        maxIterations: iterations,
        random: seededRandom(0),
        initialRows,
        signal,
      });
      return async () => {
        await writeFile(centres, bytesOf(Float32Array.from(result.centres)));
        return {};
      };
    },
  );
  await step.release();
  await file.close();
}

runProgram(main);
