/**
 * Rows of a file that stay in memory over the iterations, as the device takes them: whatever fits a fixed budget is read
 * once, the rest streams from the file in every iteration. Memory does not depend on the number of rows. Where the
 * device has halves they stay halves: casting a block in its graph takes less time than to read twice as much memory.
 */
import { toFloat32 } from '../../formats/numericArray';
import type { RowType } from '../../network/kmeansGraph';
import type { DeviceName } from '../../protocol/deviceNames';
import { pause } from '../pause';
import { HalfCast, hasHalves } from './halfCast';
import type { RowBlock, Rows } from './rows';

/** 131,072 rows of 2,048 channels; a third of what clustering may take in all. */
const defaultBudget = 512 * 1024 * 1024;

/** The memory for kept rows, block by block; lent to one set of rows after another. */
export class RowMemory {
  private readonly blocks: ArrayBuffer[] = [];

  /** @param budget bytes at most */
  constructor(private readonly budget = defaultBudget) {}

  /** Memory of block number `index`, or null when the budget is used up. What was in it is overwritten. */
  lend(index: number, bytes: number): ArrayBuffer | null {
    const known = this.blocks[index];
    if (known && known.byteLength >= bytes) return known;
    const others = this.blocks.reduce((sum, block, i) => (i === index ? sum : sum + block.byteLength), 0);
    if (others + bytes > this.budget) return null;
    const block = new ArrayBuffer(bytes);
    this.blocks[index] = block;
    return block;
  }
}

/** Copies a block of rows, cast to float32 where `cast` is given. */
async function keep(block: RowBlock, index: number, memory: RowMemory, cast: HalfCast | null) {
  const { start, count, data } = block;
  const size = cast ? 4 : data.BYTES_PER_ELEMENT;
  const buffer = memory.lend(index, data.length * size);
  if (!buffer) return null;
  if (cast && data instanceof Uint16Array) {
    const floats = new Float32Array(buffer, 0, data.length);
    await cast.floats(data, floats);
    return { start, count, data: floats };
  }
  const copy =
    data instanceof Uint16Array ? new Uint16Array(buffer, 0, data.length) : new Float32Array(buffer);
  copy.set(data);
  return { start, count, data: copy };
}

class KeptRows implements Rows {
  readonly count: number;
  readonly channels: number;
  readonly type: RowType;

  constructor(
    private readonly rows: Rows,
    private readonly kept: readonly RowBlock[],
  ) {
    this.count = rows.count;
    this.channels = rows.channels;
    this.type = rows.type;
  }

  async *blocks(from = 0): AsyncGenerator<RowBlock> {
    for (const block of this.kept) if (block.start >= from) yield await Promise.resolve(block);
    const last = this.kept.at(-1);
    yield* this.rows.blocks(Math.max(from, last ? last.start + last.count : 0));
  }

  async row(index: number): Promise<Float32Array> {
    const block = this.kept.find(({ start, count }) => index >= start && index < start + count);
    if (!block) return this.rows.row(index);
    const first = (index - block.start) * this.channels;
    const data = block.data.slice(first, first + this.channels);
    return data instanceof Float32Array ? data : toFloat32({ dtype: 'float16', data });
  }
}

/**
 * Keeps the first blocks of `rows`, as many as fit.
 * @param memory what was kept in it before is gone
 * @throws the signal's reason when cancelled
 */
export async function keepRows(
  rows: Rows,
  memory: RowMemory,
  device: DeviceName,
  signal: AbortSignal,
): Promise<Rows> {
  const cast = rows.type === 'float16' && !hasHalves(device) ? await HalfCast.open() : null;
  const kept: RowBlock[] = [];
  try {
    for await (const block of rows.blocks()) {
      await pause(signal);
      const copy = await keep(block, kept.length, memory, cast);
      if (!copy) break;
      kept.push(copy);
    }
  } finally {
    // Released before the iterations: two pools of threads that wait for work take the processor from each other.
    await cast?.release();
  }
  return new KeptRows(rows, kept);
}
