/** MCTformer's own maps inside the graph: attention over the blocks, the product with the patch CAM, its refinement. */
import { elementTypes } from '../formats/onnxModel';
import { lastBlocks, type MctFormerRule } from '../lpcam/mctFormer';
import { int, ints, type GraphBuilder } from './graphBuilder';

/** Class-to-patch attention, [B, classes, h, w], of [B, blocks, classes, h, w]; as `classAttention` (src/lpcam). */
function overBlocks(builder: GraphBuilder, toPatches: string, rule: MctFormerRule): string {
  if (rule === 'plus')
    return builder.node('ReduceMean', [toPatches], { attributes: [ints('axes', 1), int('keepdims', 0)] });
  const limits = [[-lastBlocks], [Number.MAX_SAFE_INTEGER], [1]].map((value) => builder.integers(value));
  const last = builder.node('Slice', [toPatches, ...limits]);
  return builder.node('ReduceSum', [last, builder.integers([1])], { attributes: [int('keepdims', 0)] });
}

/**
 * Adds the attention maps and the refined product of attention and class maps, view by view.
 * @param tensors names of: `classMaps` [B, classes, h, w], not negative; `toPatches` and `betweenPatches` as
 *   `NetworkAttention` has them
 * @returns names of `attention` [B, classes, h, w] and `fused` [B, classes, h, w]; mirrored views are still mirrored
 */
export function addFusion(
  builder: GraphBuilder,
  tensors: { readonly classMaps: string; readonly toPatches: string; readonly betweenPatches: string },
  rule: MctFormerRule,
): { attention: string; fused: string } {
  const { classMaps, toPatches, betweenPatches } = tensors;
  const attention = overBlocks(builder, toPatches, rule);
  const product = builder.node('Mul', [attention, classMaps]);
  const fused = rule === 'plus' ? builder.node('Sqrt', [product]) : product;
  const rows = builder.node('Reshape', [fused, builder.integers([0, 0, -1])]);
  const turned = builder.node('Transpose', [betweenPatches], { attributes: [ints('perm', 0, 2, 1)] });
  const refined = builder.node('MatMul', [rows, turned]);
  return { attention, fused: builder.node('Reshape', [refined, builder.node('Shape', [classMaps])]) };
}

/** Adds output `affinity` [B, h * w, h * w]: what the page refines its maps with. */
export function addAffinity(
  builder: GraphBuilder,
  betweenPatches: string,
  type: 'float16' | 'float32',
): void {
  const to = { to: 'affinity' };
  if (type === 'float32') builder.node('Identity', [betweenPatches], to);
  else builder.node('Cast', [betweenPatches], { ...to, attributes: [int('to', elementTypes.float16)] });
  builder.output('affinity', type === 'float32' ? 'float' : type, ['B', 'P', 'P']);
}
