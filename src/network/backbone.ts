/** Cuts a graph down to what makes the feature map, and frees the sizes it does not bind. */
import type { OnnxModel, OnnxNode, OnnxValue } from '../formats/onnxModel';
import { elementTypeName, elementTypes } from '../formats/onnxModel';
import { InputError } from '../lpcam/inputError';
import { readNames } from './graphIndex';
import type { GraphIndex } from './graphIndex';
import { Shapes } from './shapes';

export interface Backbone {
  readonly model: OnnxModel;
  readonly input: OnnxValue;
  readonly fixedSize: readonly [number, number] | null;
  readonly fixedBatch: number | null;
}

/** Nodes that `target` depends on, in the graph's order. */
export function nodesBehind(index: GraphIndex, target: string): OnnxNode[] {
  const needed = new Set<OnnxNode>();
  const open = [target];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const node = index.producer(name);
    if (!node || needed.has(node)) continue;
    needed.add(node);
    open.push(...readNames(node));
  }
  return index.graph.nodes.filter((node) => needed.has(node));
}

/** Inputs that a caller must give: older files list their weights as inputs too. */
export function realInputs(index: GraphIndex): OnnxValue[] {
  const weights = new Set(index.graph.initialisers.map((tensor) => tensor.name));
  return index.graph.inputs.filter((value) => !weights.has(value.name));
}

/**
 * The image input among `inputs`.
 * @throws InputError when there is not exactly one, or it is no [N, 3, H, W] image of floats
 */
export function imageInput(inputs: readonly OnnxValue[], file: string): OnnxValue {
  const [input] = inputs;
  if (!input || inputs.length > 1)
    throw new InputError(
      `${file}: expected one input, the image [N, 3, H, W]; the feature map depends on ` +
        (input ? `${inputs.length}: ${inputs.map((value) => `'${value.name}'`).join(', ')}` : 'none') +
        '. Export the classifier alone.',
      { file },
    );
  const fail = (what: string, advice: string) =>
    new InputError(`${file}: input '${input.name}' ${what}; expected an image [N, 3, H, W]. ${advice}`, {
      file,
      field: input.name,
    });
  const { shape } = input;
  const stated = shape ? ` [${shape.map((size) => size ?? '?').join(', ')}]` : '';
  if (shape && shape.length !== 4)
    throw fail(`has ${shape.length} dimensions${stated}`, 'Export with one image input.');
  if (shape && shape[1] !== 3 && (shape[3] === 3 || typeof shape[1] === 'number'))
    throw shape[3] === 3
      ? fail(
          `is laid out channels last${stated}`,
          'Export with channels first (NCHW), e.g. tf2onnx --inputs-as-nchw.',
        )
      : fail(`has ${String(shape[1])} channels${stated}`, 'Only RGB classifiers are supported.');
  const floats: readonly number[] = [elementTypes.float, elementTypes.float16, elementTypes.double];
  if (input.type !== null && !floats.includes(input.type))
    throw fail(
      `takes ${elementTypeName(input.type)}`,
      'Export it with a float input, normalised outside the graph.',
    );
  return input;
}

/** Element type of a tensor, followed back through the graph to something that states it. */
function elementTypeOf(index: GraphIndex, name: string): number | null {
  const stated = [...index.graph.values, ...index.graph.outputs, ...index.graph.inputs].find(
    (value) => value.name === name,
  );
  if (stated?.type != null) return stated.type;
  const node = index.producer(name);
  if (!node) return null;
  const to = node.attributes.find((entry) => entry.name === 'to');
  if (node.op === 'Cast' && to?.kind === 'int') return Number(to.value);
  const weight = index.constant(node.inputs[1] ?? '');
  if (['Conv', 'Gemm', 'MatMul'].includes(node.op) && weight) return weight.type;
  return elementTypeOf(index, node.inputs[0] ?? '');
}

function cast(from: string, to: string, type: number): OnnxNode {
  return {
    name: `lpcam.cast.${to}`,
    op: 'Cast',
    domain: '',
    inputs: [from],
    outputs: [to],
    attributes: [{ name: 'to', kind: 'int', value: BigInt(type) }],
  };
}

function renamedOutput(node: OnnxNode, from: string, to: string): OnnxNode {
  const swap = (name: string) => (name === from ? to : name);
  return { ...node, inputs: node.inputs.map(swap), outputs: node.outputs.map(swap) };
}

/** Float32 at both ends, whatever the network computes in. */
function withFloatEnds(
  nodes: readonly OnnxNode[],
  input: OnnxValue,
  features: string,
  type: number | null,
): OnnxNode[] {
  let result = [...nodes];
  if (input.type !== null && input.type !== elementTypes.float) {
    const inner = `lpcam.typed.${input.name}`;
    result = [
      cast(input.name, inner, input.type),
      ...result.map((node) => ({
        ...node,
        inputs: node.inputs.map((name) => (name === input.name ? inner : name)),
      })),
    ];
  }
  if (type !== elementTypes.float) {
    const inner = `lpcam.typed.${features}`;
    result = [
      ...result.map((node) => renamedOutput(node, features, inner)),
      cast(inner, features, elementTypes.float),
    ];
  }
  return result;
}

/**
 * @param features name of the feature map's tensor
 * @param channels its channels
 * @throws InputError when it depends on anything but one RGB image
 */
export function cutBackbone(
  model: OnnxModel,
  index: GraphIndex,
  features: string,
  channels: number,
  file: string,
): Backbone {
  const nodes = nodesBehind(index, features);
  const used = new Set(nodes.flatMap(readNames));
  const input = imageInput(
    realInputs(index).filter((value) => used.has(value.name)),
    file,
  );
  const shapes = new Shapes(index, input, nodes);
  const [batch, , height, width] = input.shape ?? [];
  const bound = shapes.spaceBindings.length > 0;
  const fixedSize =
    bound && typeof height === 'number' && typeof width === 'number' ? ([height, width] as const) : null;
  const fixedBatch = shapes.batchBindings.length > 0 ? (typeof batch === 'number' ? batch : 1) : null;
  return {
    input,
    fixedSize,
    fixedBatch,
    model: {
      ...model,
      // From version 4 on, weights need not be listed as inputs.
      irVersion: Math.max(model.irVersion, 4),
      graph: {
        name: 'backbone',
        nodes: withFloatEnds(nodes, input, features, elementTypeOf(index, features)),
        initialisers: model.graph.initialisers.filter((tensor) => used.has(tensor.name)),
        inputs: [
          {
            name: input.name,
            type: elementTypes.float,
            shape: [fixedBatch ?? 'N', 3, fixedSize?.[0] ?? 'H', fixedSize?.[1] ?? 'W'],
          },
        ],
        outputs: [
          { name: features, type: elementTypes.float, shape: [fixedBatch ?? 'N', channels, 'h', 'w'] },
        ],
        values: [],
      },
    },
  };
}
