/** Networks built from state dicts, and graphs run. */
import type * as ort from 'onnxruntime-node';
import { openSession } from '../../../src/engine/session';
import type { OnnxModel } from '../../../src/formats/onnxModel';
import type { CamNetwork } from '../../../src/network/camNetwork';
import { recordedNetwork, recordOf } from '../../../src/network/networkRecord';
import type { StateDict } from '../../../src/network/stateDict/stateDict';
import { stateDictModel } from '../../../src/network/stateDict/stateDictModel';

export function networkOf(
  dict: StateDict,
  stride: number | null = null,
): { model: OnnxModel; network: CamNetwork } {
  const model = stateDictModel(dict, { stride, predictor: null });
  const record = recordOf(model, dict.file);
  if (!record) throw new Error('no record');
  return { model, network: recordedNetwork(model, record, dict.file) };
}

export async function run(
  graph: OnnxModel | Uint8Array,
  feeds: Record<string, ort.Tensor>,
): Promise<ort.InferenceSession.OnnxValueMapType> {
  const session = await openSession(graph, 'cpu');
  try {
    return await session.run(feeds);
  } finally {
    await session.release();
  }
}

export function floats(results: ort.InferenceSession.OnnxValueMapType, name: string): Float32Array {
  const { data } = results[name] ?? {};
  if (!(data instanceof Float32Array)) throw new Error(`no output ${name}`);
  return data;
}
