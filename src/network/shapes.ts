/**
 * Shapes of a graph's tensors without running it, and whether constants in it bind the batch or the image size.
 *
 * Not a general shape inference (onnx's own is C++ and not on npm): it follows which dimensions grow with the batch
 * and with the image, through the operators image classifiers are made of, and says "unknown" for all others.
 */
import type { OnnxNode, OnnxValue } from '../formats/onnxModel';
import { intAttribute, intsAttribute, stringAttribute, tensorIntegers } from '../formats/onnxValues';
import { fixed, isFree, product } from './dimension';
import type { Dimension, Shape } from './dimension';
import type { GraphIndex } from './graphIndex';
import { reshape } from './reshape';
import { ShapeValues } from './shapeValues';

const sameShape = new Set(
  (
    'Relu LeakyRelu Clip Sigmoid HardSigmoid HardSwish Mish Elu Selu Celu ThresholdedRelu Tanh Softplus Softsign Erf ' +
    'Gelu Exp Log Sqrt Reciprocal Neg Abs Floor Ceil Round Cast CastLike Identity Dropout BatchNormalization ' +
    'InstanceNormalization LayerNormalization GroupNormalization LpNormalization MeanVarianceNormalization LRN ' +
    'Softmax LogSoftmax QuantizeLinear DequantizeLinear Not Sign'
  ).split(' '),
);
const elementwise = new Set('Add Sub Mul Div Pow Max Min Mean Sum Where PRelu Mod'.split(' '));
const reductions = new Set(
  'ReduceMean ReduceSum ReduceMax ReduceMin ReduceL1 ReduceL2 ReduceProd ReduceSumSquare'.split(' '),
);

/** Output size of a convolution or pooling along one axis; null where not known. */
function windowed(
  input: number | null,
  window: { kernel: number; stride: number; dilation: number; pads: number; auto: string; ceil: boolean },
): number | null {
  if (input === null) return null;
  if (window.auto.startsWith('SAME')) return Math.ceil(input / window.stride);
  const span = input + window.pads - (window.dilation * (window.kernel - 1) + 1);
  return (window.ceil ? Math.ceil(span / window.stride) : Math.floor(span / window.stride)) + 1;
}

export class Shapes {
  private readonly shapes = new Map<string, Shape>();
  private readonly vectors: ShapeValues;
  /** Nodes that hold the image size fixed, in words; empty when the graph takes any. */
  readonly spaceBindings: string[] = [];
  /** The same for the batch. */
  readonly batchBindings: string[] = [];

  /** @param nodes the nodes to follow, in the graph's order: those behind the feature map alone, or all */
  constructor(
    private readonly index: GraphIndex,
    input: OnnxValue,
    nodes: readonly OnnxNode[],
  ) {
    this.vectors = new ShapeValues(index, (name) => this.of(name));
    const declared = input.shape ?? [null, 3, null, null];
    this.shapes.set(
      input.name,
      declared.map((size, axis) => ({
        size: typeof size === 'number' ? size : null,
        batch: axis === 0,
        space: axis >= 2,
      })),
    );
    for (const node of nodes) {
      this.vectors.follow(node);
      const outputs = this.infer(node);
      outputs.forEach((shape, i) => {
        const name = node.outputs[i];
        if (shape && name) this.shapes.set(name, shape);
      });
    }
  }

  /** Shape of a tensor; null where not known. */
  of(name: string): Shape | null {
    return this.shapes.get(name) ?? this.index.constant(name)?.dims.map(fixed) ?? null;
  }

  private bind(node: OnnxNode, what: 'space' | 'batch'): void {
    (what === 'space' ? this.spaceBindings : this.batchBindings).push(
      `${node.op} '${node.name || (node.outputs[0] ?? '')}'`,
    );
  }

  private integers(node: OnnxNode, attributeName: string, inputPlace: number): number[] | null {
    const stated = intsAttribute(node, attributeName);
    if (stated) return stated;
    const tensor = this.index.constant(node.inputs[inputPlace] ?? '');
    return tensor ? tensorIntegers(tensor) : null;
  }

  /** Shapes of the node's outputs, as many as are known. */
  private infer(node: OnnxNode): (Shape | null)[] {
    const shape = this.of(node.inputs[0] ?? '');
    if (sameShape.has(node.op)) return [shape];
    if (elementwise.has(node.op)) return [this.broadcast(node)];
    if (reductions.has(node.op)) return [this.reduce(node, shape)];
    switch (node.op) {
      case 'Conv':
      case 'ConvInteger':
      case 'QLinearConv':
        return [this.convolve(node, shape, this.of(node.inputs[node.op === 'QLinearConv' ? 3 : 1] ?? ''))];
      case 'ConvTranspose':
        return [this.open(shape, this.of(node.inputs[1] ?? '')?.[1]?.size ?? null)];
      case 'MaxPool':
      case 'AveragePool':
      case 'LpPool':
        return [this.pool(node, shape)];
      case 'GlobalAveragePool':
      case 'GlobalMaxPool':
      case 'GlobalLpPool':
        return [shape ? shape.map((dimension, axis) => (axis < 2 ? dimension : fixed(1))) : null];
      case 'Resize':
        return [this.resize(node, shape)];
      case 'Upsample':
      case 'Pad':
      case 'Slice':
      case 'DepthToSpace':
      case 'SpaceToDepth':
        return [this.resized(shape)];
      case 'Flatten':
        return [this.flatten(node, shape)];
      case 'Reshape':
        return [this.reshape(node, shape)];
      case 'Transpose': {
        const order = intsAttribute(node, 'perm') ?? (shape ? shape.map((_, i) => shape.length - 1 - i) : []);
        return [shape ? order.map((axis) => shape[axis] ?? fixed(null)) : null];
      }
      case 'Squeeze':
        return [this.squeeze(node, shape)];
      case 'Unsqueeze':
        return [this.unsqueeze(node, shape)];
      case 'Concat':
        return [this.concatenate(node)];
      case 'Split':
        return this.split(node, shape);
      case 'Gemm':
      case 'MatMul':
        return [this.multiply(node, shape)];
      default:
        return [];
    }
  }

  /** Only the sizes change in ways not followed; what grows with the image still does. */
  private resized(shape: Shape | null): Shape | null {
    return (
      shape?.map((dimension) => (isFree(dimension) ? { ...dimension, size: null } : fixed(null))) ?? null
    );
  }

  /** Resizing to stated sizes ends the growth with the image; by factors, or to sizes of another map, it does not. */
  private resize(node: OnnxNode, shape: Shape | null): Shape | null {
    const sizes = this.vectors.of(node.inputs[3] ?? '');
    if (!shape || sizes?.length !== shape.length)
      return this.resized(shape)?.map((d, axis) => (axis === 1 ? (shape?.[1] ?? d) : d)) ?? null;
    return sizes.map((size, axis) => (axis < 2 ? (shape[axis] ?? size) : size));
  }

  private broadcast(node: OnnxNode): Shape | null {
    const inputs = node.inputs.filter((name) => name !== '').map((name) => this.of(name));
    const known = inputs.filter((shape): shape is Shape => shape !== null);
    if (known.length !== inputs.length || known.length === 0) return null;
    const rank = Math.max(...known.map((shape) => shape.length));
    return Array.from({ length: rank }, (_, axis) => {
      const meeting = known
        .map((shape) => shape[axis - rank + shape.length])
        .filter((dimension): dimension is Dimension => dimension !== undefined)
        .filter((dimension) => isFree(dimension) || dimension.size !== 1);
      const stated = meeting.find((dimension) => !isFree(dimension) && dimension.size !== null);
      if (stated && meeting.some((dimension) => dimension.space)) this.bind(node, 'space');
      if (stated && meeting.some((dimension) => dimension.batch)) this.bind(node, 'batch');
      return meeting.find(isFree) ?? meeting[0] ?? fixed(1);
    });
  }

  private reduce(node: OnnxNode, shape: Shape | null): Shape | null {
    if (!shape) return null;
    const stated = this.integers(node, 'axes', 1);
    if (!stated && (node.inputs[1] ?? '') !== '') return null;
    const axes = new Set(
      (stated ?? shape.map((_, axis) => axis)).map((axis) => (axis < 0 ? axis + shape.length : axis)),
    );
    return intAttribute(node, 'keepdims', 1)
      ? shape.map((dimension, axis) => (axes.has(axis) ? fixed(1) : dimension))
      : shape.filter((_, axis) => !axes.has(axis));
  }

  private slide(node: OnnxNode, shape: Shape, channels: number | null, kernel: readonly number[]): Shape {
    const strides = intsAttribute(node, 'strides') ?? [];
    const dilations = intsAttribute(node, 'dilations') ?? [];
    const pads = intsAttribute(node, 'pads') ?? [];
    const spatial = shape.length - 2;
    const sizes = shape.slice(2).map((dimension, axis) => ({
      ...dimension,
      size: windowed(dimension.size, {
        kernel: kernel[axis] ?? 1,
        stride: strides[axis] ?? 1,
        dilation: dilations[axis] ?? 1,
        pads: (pads[axis] ?? 0) + (pads[axis + spatial] ?? 0),
        auto: stringAttribute(node, 'auto_pad', 'NOTSET'),
        ceil: intAttribute(node, 'ceil_mode', 0) === 1,
      }),
    }));
    return [
      shape[0] ?? fixed(null),
      channels === null ? (shape[1] ?? fixed(null)) : fixed(channels),
      ...sizes,
    ];
  }

  private convolve(node: OnnxNode, shape: Shape | null, weight: Shape | null): Shape | null {
    const channels = weight?.[0]?.size ?? null;
    if (!shape) return this.open(null, channels);
    return this.slide(node, shape, channels, weight?.slice(2).map((dimension) => dimension.size ?? 1) ?? []);
  }

  private pool(node: OnnxNode, shape: Shape | null): Shape | null {
    return shape ? this.slide(node, shape, null, intsAttribute(node, 'kernel_shape') ?? []) : null;
  }

  /** A feature map of which only the channels are known. */
  private open(shape: Shape | null, channels: number | null): Shape {
    const batch: Dimension = shape?.[0] ?? { size: null, batch: true, space: false };
    const space: Dimension = { size: null, batch: false, space: true };
    return [batch, fixed(channels), space, space];
  }

  private flatten(node: OnnxNode, shape: Shape | null): Shape | null {
    if (!shape) return null;
    const axis = intAttribute(node, 'axis', 1);
    const cut = axis < 0 ? axis + shape.length : axis;
    return [product(shape.slice(0, cut)), product(shape.slice(cut))];
  }

  private reshape(node: OnnxNode, shape: Shape | null): Shape | null {
    const target = this.vectors.of(node.inputs[1] ?? '') ?? intsAttribute(node, 'shape')?.map(fixed);
    if (!target || !shape) return null;
    const { result, binds } = reshape(shape, target, intAttribute(node, 'allowzero', 0) === 1);
    for (const what of binds) this.bind(node, what);
    return result;
  }

  private squeeze(node: OnnxNode, shape: Shape | null): Shape | null {
    if (!shape) return null;
    const axes = this.integers(node, 'axes', 1)?.map((axis) => (axis < 0 ? axis + shape.length : axis));
    return shape.filter((dimension, axis) =>
      axes ? !axes.includes(axis) : dimension.size !== 1 || isFree(dimension),
    );
  }

  private unsqueeze(node: OnnxNode, shape: Shape | null): Shape | null {
    const axes = this.integers(node, 'axes', 1);
    if (!shape || !axes) return null;
    const rank = shape.length + axes.length;
    const places = new Set(axes.map((axis) => (axis < 0 ? axis + rank : axis)));
    const rest = [...shape];
    return Array.from({ length: rank }, (_, axis) =>
      places.has(axis) ? fixed(1) : (rest.shift() ?? fixed(null)),
    );
  }

  private concatenate(node: OnnxNode): Shape | null {
    const inputs = node.inputs.map((name) => this.of(name));
    const first = inputs[0];
    if (!first || inputs.some((shape) => !shape)) return null;
    const axis = intAttribute(node, 'axis', 0);
    const along = axis < 0 ? axis + first.length : axis;
    return first.map((dimension, place) => {
      const meeting = inputs.map((shape) => shape?.[place] ?? fixed(null));
      if (place !== along) {
        if (meeting.some(isFree) && meeting.some((other) => !isFree(other) && other.size !== null))
          this.bind(node, meeting.some((other) => other.space) ? 'space' : 'batch');
        return meeting.find(isFree) ?? dimension;
      }
      const size = meeting.reduce<number | null>(
        (sum, other) => (sum === null || other.size === null ? null : sum + other.size),
        0,
      );
      return {
        size,
        batch: meeting.some((other) => other.batch),
        space: meeting.some((other) => other.space),
      };
    });
  }

  private split(node: OnnxNode, shape: Shape | null): (Shape | null)[] {
    if (!shape) return [];
    const axis = intAttribute(node, 'axis', 0);
    const along = axis < 0 ? axis + shape.length : axis;
    const parts = this.integers(node, 'split', 1);
    return node.outputs.map((_, i) =>
      shape.map((dimension, place) => {
        if (place !== along) return dimension;
        const size = parts?.[i] ?? (dimension.size === null ? null : dimension.size / node.outputs.length);
        return { ...dimension, size };
      }),
    );
  }

  private multiply(node: OnnxNode, shape: Shape | null): Shape | null {
    const right = this.of(node.inputs[1] ?? '');
    if (!shape || !right) return null;
    const a = intAttribute(node, 'transA', 0) ? [...shape].reverse() : shape;
    const b = intAttribute(node, 'transB', 0) ? [...right].reverse() : right;
    const inner = a[a.length - 1];
    const across = b.length > 1 ? b[b.length - 2] : b[0];
    if (inner && across && inner.space !== across.space) this.bind(node, 'space');
    const longer = a.length >= b.length ? a : b;
    const last = b[b.length - 1] ?? fixed(null);
    return [...longer.slice(0, -2), ...(a.length > 1 ? [a[a.length - 2] ?? fixed(null)] : []), last];
  }
}
