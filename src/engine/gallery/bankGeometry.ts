/** Where the centres of a bank lie: their principal plane, and the cosines among them. */
import * as ort from 'onnxruntime-node';
import type { CentreSet, PrototypeBank } from '../../lpcam/bank';
import { InputError } from '../../lpcam/inputError';
import { principalPlane } from '../../lpcam/principalPlane';
import { buildCosineGraph } from '../../network/cosineGraph';
import { mostCompared, type BankGeometry, type CentrePlane, type ComparedSet } from '../../protocol/overview';
import { unitRows } from '../explain/centres';
import { pause } from '../pause';
import type { SessionPool } from '../sessionPool';
import { bankIdentity } from './galleryBank';

/** Rows per run: between two of them a cancel arrives. */
const rowsPerRun = 512;

export interface GeometrySetting {
  readonly bank: PrototypeBank | null;
  /** Where it lies, for messages. */
  readonly path: string;
  readonly sessions: SessionPool;
}

/**
 * @param identity of the bank that is looked at
 * @throws InputError when the study's bank is gone or was clustered anew; DeviceError; the signal's reason
 */
export async function bankGeometry(
  identity: string,
  { bank, path, sessions }: GeometrySetting,
  signal: AbortSignal,
): Promise<BankGeometry> {
  if (bank === null || bankIdentity(bank) !== identity)
    throw new InputError(
      `The prototype bank ${path} ${bank === null ? 'is gone' : 'was clustered anew'} since it was opened. Open it again.`,
      { file: path },
    );
  const { channels, centres } = bank;
  const { ids, units } = unitRows(bank, () => true);
  const directions = ids.map((_, row) => units.subarray(row * channels, (row + 1) * channels));
  const planes = {
    unit: await planeOf(directions, channels, signal),
    raw: await planeOf(
      centres.map(({ vector }) => vector),
      channels,
      signal,
    ),
  };
  const foreground = await compare(bank, 'foreground', sessions, signal);
  const background = await compare(bank, 'background', sessions, signal);
  return { identity, planes, foreground, background };
}

async function planeOf(
  vectors: readonly Float32Array[],
  channels: number,
  signal: AbortSignal,
): Promise<CentrePlane> {
  const steps = principalPlane(vectors, channels);
  for (;;) {
    const step = steps.next();
    if (step.done) return { coordinates: step.value.coordinates, explained: [...step.value.explained] };
    await pause(signal);
  }
}

/** Always on the CPU: the vectors are there, and a product of this size takes it a moment. */
async function compare(
  bank: PrototypeBank,
  set: CentreSet,
  sessions: SessionPool,
  signal: AbortSignal,
): Promise<ComparedSet | null> {
  const { channels } = bank;
  const { ids, units } = unitRows(bank, (centre) => centre.set === set);
  if (ids.length > mostCompared) return null;
  const cosines = new Float32Array(ids.length * ids.length);
  await sessions.use(
    JSON.stringify(['cosines', channels]),
    'cpu',
    () => buildCosineGraph(channels),
    async (session) => {
      const all = new ort.Tensor('float32', units, [ids.length, channels]);
      for (let from = 0; from < ids.length; from += rowsPerRun) {
        await pause(signal);
        const count = Math.min(rowsPerRun, ids.length - from);
        const rows = new ort.Tensor('float32', units.subarray(from * channels, (from + count) * channels), [
          count,
          channels,
        ]);
        const { cosines: block } = await session.run({ rows, units: all });
        if (!(block?.data instanceof Float32Array)) throw new Error('the cosine graph gave no float output');
        cosines.set(block.data, from * ids.length);
      }
    },
  );
  // Rounding must not take a vector with itself beyond 1.
  for (let i = 0; i < cosines.length; i++) cosines[i] = Math.min(1, Math.max(-1, cosines[i] ?? NaN));
  return { centres: [...ids], cosines };
}
