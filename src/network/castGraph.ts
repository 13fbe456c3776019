/** Between float32 and half precision. */
import { encodeModel } from '../formats/onnx';
import { elementTypes } from '../formats/onnxModel';
import { GraphBuilder, int } from './graphBuilder';
import type { RowType } from './kmeansGraph';

/** The largest half: values beyond it would become infinite. */
export const largestHalf = 65504;

const opset = 13;
const irVersion = 7;

/** ONNX bytes of a graph from `from` [n] to `to` [n] of the other type; float32 beyond the largest half is clipped to it. */
export function buildCastGraph(to: RowType): Uint8Array {
  const builder = new GraphBuilder(opset);
  const [source, target] =
    to === 'float16' ? (['float', 'float16'] as const) : (['float16', 'float'] as const);
  const given = builder.input('from', source, ['n']);
  const clipped = to === 'float16' ? builder.clip(given, -largestHalf, largestHalf) : given;
  builder.node('Cast', [clipped], { to: 'to', attributes: [int('to', elementTypes[target])] });
  builder.output('to', target, ['n']);
  return encodeModel(builder.model('cast', irVersion));
}
