/**
 * The small networks in half precision on a device. Where ONNX Runtime puts each operator is decided by types before any of
 * them runs, so it shows on a device without 16-bit numbers, too: in what ONNX Runtime logs while it opens a session.
 */
import * as ort from 'onnxruntime-node';
import { writeSync } from 'node:fs';
import { openSession } from '../../src/engine/session';
import { elementTypes } from '../../src/formats/onnxModel';
import { intAttribute } from '../../src/formats/onnxValues';
import { lpcamAtScale } from '../../src/lpcam/attribution';
import { inPrecision } from '../../src/network/halfNetwork';
import { buildMapsGraph } from '../../src/network/mapsGraph';
import type { DeviceName, PrecisionName } from '../../src/protocol/deviceNames';
import { numbers, smallNetworks, type PipelineNetwork } from './networks';

export interface HalfResult {
  readonly name: string;
  /** Weights and tensors that are turned into halves. */
  readonly halves: number;
  /** LPCAM, 0 to 1, in float32 and in half precision; a text: what ONNX Runtime says in place of the latter. */
  readonly full: Float32Array;
  readonly half: Float32Array | string;
}

const centres = 4;
/** Not `process.stderr`: once that is touched, writing no longer waits for the reader, and ONNX Runtime loses lines. */
const stderr = 2;

function normalisedLpcam(similarity: Float32Array): Float32Array {
  const map = lpcamAtScale(similarity, similarity.length / centres, [0, 1], [2, 3]);
  const most = map.reduce((largest, value) => Math.max(largest, value), 1e-5);
  return map.map((value) => value / most);
}

async function lpcam(
  { name, network, rule, height, width }: PipelineNetwork,
  device: DeviceName,
  precision: PrecisionName,
): Promise<Float32Array> {
  // Where the log of this session begins.
  writeSync(stderr, `\n== ${name}, ${precision}\n`);
  const options = { mirror: true, similarity: true, feature: false };
  const fusion = rule && { rule, affinity: 'float32' as const };
  const model = buildMapsGraph(inPrecision(network, precision), { ...options, fusion });
  const session = await openSession(model, device, { logSeverityLevel: 0, logVerbosityLevel: 1 });
  const outputs = await session.run({
    image: new ort.Tensor('float32', numbers(2 * 3 * height * width, 5), [2, 3, height, width]),
    centres: new ort.Tensor('float32', numbers(centres * network.channels, 6), [centres, network.channels]),
  });
  return normalisedLpcam(outputs['similarity']?.data as Float32Array);
}

export async function runHalf(device: DeviceName): Promise<HalfResult[]> {
  const results: HalfResult[] = [];
  for (const network of smallNetworks(128)) {
    const { graph } = inPrecision(network.network, 'half').backbone;
    const cast = graph.nodes.filter((node) => intAttribute(node, 'to', 0) === elementTypes.float16);
    const weights = graph.initialisers.filter(({ type }) => type === elementTypes.float16);
    results.push({
      name: network.name,
      halves: cast.length + weights.length,
      full: await lpcam(network, device, 'full'),
      half: await lpcam(network, device, 'half').catch(String),
    });
  }
  return results;
}
