/** PyTorch's layers as ONNX nodes, with their weights taken from a state dict by PyTorch's names. */
import { bytesOf, toFloat32 } from '../../formats/numericArray';
import { lazyTensor } from '../../formats/lazyTensor';
import { elementTypes, type OnnxAttribute, type OnnxTensor } from '../../formats/onnxModel';
import { floatTensor } from '../../formats/onnxValues';
import { InputError } from '../../lpcam/inputError';
import { float, GraphBuilder, int, ints } from '../graphBuilder';
import { fits, type ExpectedShape, type TensorProblem } from './problems';
import type { StateDict, StateTensor } from './stateDict';

/** A tensor of the graph that has channels on its second axis. */
export interface FeatureMap {
  readonly name: string;
  /** Null while a state dict is surveyed that does not say. */
  readonly channels: number | null;
}

interface ConvOptions {
  readonly kernel: number;
  readonly stride?: number;
  readonly dilation?: number;
  /** Default: as much as keeps the size at stride 1. */
  readonly padding?: number;
  /** True: required. False: none. Default: none. */
  readonly bias?: boolean;
  readonly outputs?: number | null;
  /** `depthwise`: a kernel for each channel. `by shape`: as many groups as the weight's shape tells. */
  readonly groups?: 'one' | 'depthwise' | 'by shape';
}

/** Opset with LayerNormalization. */
const opset = 17;
export const irVersion = 8;

/** More than protobuf, and with it ONNX, can hold in one file. */
const mostBytes = 2 ** 31 - 2 ** 24;

/**
 * Builds a graph layer by layer. `survey` reads no number and collects what the state dict lacks in `problems`; `build`
 * is for a state dict whose survey found nothing; `derive` is too, and makes only what is computed from weights.
 */
export class Layers {
  readonly builder = new GraphBuilder(opset);
  readonly problems: TensorProblem[] = [];
  /** Keys that were found as expected. */
  readonly used = new Set<string>();
  /** Keys that are initialisers of the graph. */
  private readonly placed = new Set<string>();
  private bytes = 0;

  constructor(
    private readonly dict: StateDict,
    private readonly mode: 'survey' | 'build' | 'derive',
  ) {}

  has(key: string): boolean {
    return this.dict.tensors.has(key);
  }

  private found(key: string, expected: ExpectedShape): StateTensor | null {
    const tensor = this.dict.tensors.get(key);
    if (!tensor || !fits(tensor.shape, expected)) {
      if (!this.problems.some((problem) => problem.key === key))
        this.problems.push({ key, expected, found: tensor?.shape ?? null });
      return null;
    }
    return tensor;
  }

  /** A weight's shape; sides that are open and not known are null. Its initialiser has the key as its name. */
  weight(key: string, expected: ExpectedShape): ExpectedShape {
    const tensor = this.found(key, expected);
    if (!tensor) return expected;
    if (this.placed.has(key)) return tensor.shape;
    this.used.add(key);
    this.placed.add(key);
    this.bytes += tensor.shape.reduce((product, side) => product * side, 4);
    if (this.bytes > mostBytes)
      throw new InputError(
        `${this.dict.file}: its weights are larger than the 2 GB an ONNX graph can hold.`,
        { file: this.dict.file, field: key },
      );
    if (this.mode === 'build') this.builder.initialisers.push(initialiser(key, tensor));
    return tensor.shape;
  }

  /** A weight that is not used as it is: its shape, and its numbers for `constant`. */
  raw(key: string, expected: ExpectedShape): { shape: ExpectedShape; values: () => Float32Array } {
    const tensor = this.found(key, expected);
    if (tensor) this.used.add(key);
    return {
      shape: tensor?.shape ?? expected,
      values: () => (tensor ? toFloat32(tensor.numbers()) : new Float32Array()),
    };
  }

  /** A constant made from weights; `values` is not asked in a survey. */
  constant(name: string, dims: ExpectedShape, values: () => Float32Array): string {
    if (this.mode !== 'survey')
      this.builder.initialisers.push(
        floatTensor(
          name,
          dims.map((side) => side ?? 0),
          values(),
        ),
      );
    return name;
  }

  private node(op: string, inputs: readonly string[], ...attributes: OnnxAttribute[]): string {
    return this.builder.node(op, inputs, { attributes });
  }

  /** The input [N, 3, H, W]; `size` binds it. */
  image(size: readonly [height: number, width: number] | null = null): FeatureMap {
    const [height, width] = size ?? ['H', 'W'];
    return { name: this.builder.input('image', 'float', ['N', 3, height, width]), channels: 3 };
  }

  /** A second input, the image's labels [N, classes], 1 where present. */
  labels(classes: number | null): FeatureMap {
    return { name: this.builder.input('labels', 'float', ['N', classes]), channels: classes };
  }

  conv(x: FeatureMap, key: string, options: ConvOptions): FeatureMap {
    const { kernel, stride = 1, dilation = 1, bias = false, outputs = null, groups = 'one' } = options;
    const padding = options.padding ?? (dilation * (kernel - 1)) / 2;
    const inputs = groups === 'one' ? x.channels : groups === 'depthwise' ? 1 : null;
    const wanted = groups === 'depthwise' ? (outputs ?? x.channels) : outputs;
    const shape = this.weight(`${key}.weight`, [wanted, inputs, kernel, kernel]);
    const channels = shape[0] ?? null;
    const names = [x.name, `${key}.weight`];
    if (bias) {
      this.weight(`${key}.bias`, [channels]);
      names.push(`${key}.bias`);
    }
    const group = groups === 'one' ? 1 : Math.floor((x.channels ?? 1) / (shape[1] ?? 1));
    if (x.channels !== null && shape[1] !== null && group * (shape[1] ?? 1) !== x.channels)
      this.problems.push({
        key: `${key}.weight`,
        expected: [null, x.channels, kernel, kernel],
        found: [...shape].map((side) => side ?? 0),
      });
    const name = this.node(
      'Conv',
      names,
      ints('kernel_shape', kernel, kernel),
      ints('strides', stride, stride),
      ints('pads', padding, padding, padding, padding),
      ints('dilations', dilation, dilation),
      int('group', group),
    );
    return { name, channels };
  }

  /** A convolution of stride 1 with constants of the graph, which keeps the size. */
  convWith(
    x: FeatureMap,
    weight: string,
    channels: number | null,
    { kernel, dilation = 1, bias = null }: { kernel: number; dilation?: number; bias?: string | null },
  ): FeatureMap {
    const padding = (dilation * (kernel - 1)) / 2;
    const names = [x.name, weight, ...(bias === null ? [] : [bias])];
    const pads = ints('pads', padding, padding, padding, padding);
    return { name: this.node('Conv', names, pads, ints('dilations', dilation, dilation)), channels };
  }

  /** BatchNorm2d as in evaluation. */
  norm(x: FeatureMap, key: string, epsilon = 1e-5): FeatureMap {
    const names = ['weight', 'bias', 'running_mean', 'running_var'].map((part) => `${key}.${part}`);
    for (const name of names) this.weight(name, [x.channels]);
    return { ...x, name: this.node('BatchNormalization', [x.name, ...names], float('epsilon', epsilon)) };
  }

  relu(x: FeatureMap): FeatureMap {
    return { ...x, name: this.node('Relu', [x.name]) };
  }

  relu6(x: FeatureMap): FeatureMap {
    return { ...x, name: this.builder.clip(x.name, 0, 6) };
  }

  sigmoid(x: FeatureMap): FeatureMap {
    return { ...x, name: this.node('Sigmoid', [x.name]) };
  }

  /** x times sigmoid(x), also called swish. */
  silu(x: FeatureMap): FeatureMap {
    return this.times(x, this.sigmoid(x));
  }

  absolute(x: FeatureMap): FeatureMap {
    return { ...x, name: this.node('Abs', [x.name]) };
  }

  /** Each position divided by its length over the channels (at least 1e-12). */
  unit(x: FeatureMap): FeatureMap {
    const norm = this.node('ReduceL2', [x.name], ints('axes', 1), int('keepdims', 1));
    return { ...x, name: this.node('Div', [x.name, this.builder.clip(norm, 1e-12, null)]) };
  }

  firstChannels(x: FeatureMap, count: number | null): FeatureMap {
    const [start, end, axis] = [[0], [count ?? 1], [1]].map((value) => this.builder.integers(value));
    return { name: this.node('Slice', [x.name, start ?? '', end ?? '', axis ?? '']), channels: count };
  }

  times(x: FeatureMap, factor: FeatureMap): FeatureMap {
    return { ...x, name: this.node('Mul', [x.name, factor.name]) };
  }

  add(x: FeatureMap, y: FeatureMap): FeatureMap {
    return { ...x, name: this.node('Add', [x.name, y.name]) };
  }

  /** Beside each other along the channels. */
  joined(maps: readonly FeatureMap[]): FeatureMap {
    const channels = maps.reduce<number | null>(
      (sum, map) => (sum === null || map.channels === null ? null : sum + map.channels),
      0,
    );
    return {
      name: this.node(
        'Concat',
        maps.map((map) => map.name),
        int('axis', 1),
      ),
      channels,
    };
  }

  maxPool(x: FeatureMap, kernel: number, stride: number, padding: number): FeatureMap {
    const name = this.node(
      'MaxPool',
      [x.name],
      ints('kernel_shape', kernel, kernel),
      ints('strides', stride, stride),
      ints('pads', padding, padding, padding, padding),
    );
    return { ...x, name };
  }

  averagePool(x: FeatureMap, size: number): FeatureMap {
    const name = this.node(
      'AveragePool',
      [x.name],
      ints('kernel_shape', size, size),
      ints('strides', size, size),
    );
    return { ...x, name };
  }

  /** The mean over all positions, [N, C, 1, 1]. */
  pooled(x: FeatureMap): FeatureMap {
    return { ...x, name: this.node('GlobalAveragePool', [x.name]) };
  }

  /** [N, C, 1, 1] -> [N, C] */
  flat(x: FeatureMap): FeatureMap {
    return { ...x, name: this.node('Flatten', [x.name], int('axis', 1)) };
  }

  /** [N, C] -> [N, C, 1, 1] */
  asMap(x: FeatureMap): FeatureMap {
    return { ...x, name: this.node('Unsqueeze', [x.name, this.builder.integers([2, 3])]) };
  }

  /** y = W x + b on rows [N, C], as Linear or as a 1x1 convolution keeps its weight. */
  linear(x: FeatureMap, key: string, options: { bias: boolean; convolution?: boolean }): FeatureMap {
    const sides = options.convolution === true ? [1, 1] : [];
    const shape = this.weight(`${key}.weight`, [null, x.channels, ...sides]);
    const outputs = shape[0] ?? null;
    const weight =
      sides.length === 0 ? `${key}.weight` : this.node('Flatten', [`${key}.weight`], int('axis', 1));
    const names = [x.name, weight];
    if (options.bias) {
      this.weight(`${key}.bias`, [outputs]);
      names.push(`${key}.bias`);
    }
    return { name: this.node('Gemm', names, int('transB', 1)), channels: outputs };
  }

  /** Gives a tensor a name to be known by. */
  named(x: FeatureMap, to: string): FeatureMap {
    return { ...x, name: this.builder.node('Identity', [x.name], { to }) };
  }
}

function initialiser(name: string, tensor: StateTensor): OnnxTensor {
  const { shape: dims } = tensor;
  return lazyTensor({ name, type: elementTypes.float, dims }, () => bytesOf(toFloat32(tensor.numbers())));
}
