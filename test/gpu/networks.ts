/** Small networks that between them hold every operator of our own graphs, made here: a GPU's machine has no files of ours. */
import { encodeModel } from '../../src/formats/onnx';
import type { MctFormerRule } from '../../src/lpcam/mctFormer';
import type { CamNetwork } from '../../src/network/camNetwork';
import { float, GraphBuilder, int, ints } from '../../src/network/graphBuilder';
import { loadCamNetwork } from '../../src/network/loadNetwork';
import { networkOf } from '../golden/support/builtNetwork';
import { mctLines, tinyDict } from '../unit/network/stateDict/tinyDicts';

export interface PipelineNetwork {
  readonly name: string;
  readonly network: CamNetwork;
  /** Fusion of attention and class maps, where the network has attention. */
  readonly rule: MctFormerRule | null;
  readonly height: number;
  readonly width: number;
}

const classes = 5;

/** Numbers in [-1, 1) that do not repeat; the same everywhere. */
export function numbers(count: number, start: number): Float32Array<ArrayBuffer> {
  let state = (start * 2654435761) >>> 0;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

class Layers {
  readonly builder = new GraphBuilder(13);
  private seed = 0;

  /** A convolution with its normalisation; weights keep the signal's size. */
  conv(from: string, inputs: number, outputs: number, side: number, stride: number, group = 1): string {
    const fan = (inputs / group) * side * side;
    const gain = Math.sqrt(3 / fan);
    const weight = numbers(outputs * fan, ++this.seed).map((value) => value * gain);
    const pad = (side - 1) / 2;
    const made = this.builder.node(
      'Conv',
      [from, this.builder.floats([outputs, inputs / group, side, side], weight)],
      {
        attributes: [ints('strides', stride, stride), ints('pads', pad, pad, pad, pad), int('group', group)],
      },
    );
    const vector = (low: number, high: number) =>
      this.builder.floats(
        [outputs],
        numbers(outputs, ++this.seed).map((value) => low + ((value + 1) / 2) * (high - low)),
      );
    const parameters = [vector(0.8, 1.4), vector(-0.2, 0.4), vector(-0.1, 0.1), vector(0.5, 1)];
    return this.builder.node('BatchNormalization', [made, ...parameters], {
      attributes: [float('epsilon', 1e-5)],
    });
  }
}

/**
 * A classifier of convolutions as ResNet and MobileNet have them: normalised, pooled, residual, depthwise, clipped.
 * @param width channels of the feature map, a multiple of 8
 * @param depth residual blocks at the feature map's stride, 8
 */
export function convolutional(width: number, depth: number): CamNetwork {
  const layers = new Layers();
  const { builder } = layers;
  const narrow = width / 2;
  builder.input('image', 'float', ['N', 3, 'H', 'W']);
  const stem = builder.node('Relu', [layers.conv('image', 3, narrow, 3, 2)]);
  const pooled = builder.node('MaxPool', [stem], {
    attributes: [ints('kernel_shape', 3, 3), ints('strides', 2, 2), ints('pads', 1, 1, 1, 1)],
  });
  const depthwise = builder.clip(layers.conv(pooled, narrow, narrow, 3, 1, narrow), 0, 6);
  let map = builder.node('Relu', [layers.conv(depthwise, narrow, width, 3, 2)]);
  for (let block = 0; block < depth; block++) {
    const inner = builder.node('Relu', [layers.conv(map, width, narrow, 1, 1)]);
    const spread = builder.node('Relu', [layers.conv(inner, narrow, narrow, 3, 1)]);
    const outer = builder.node('Add', [layers.conv(spread, narrow, width, 1, 1), map]);
    map = builder.node('Relu', [outer]);
  }
  const flat = builder.node('Flatten', [builder.node('GlobalAveragePool', [map])]);
  const weight = numbers(classes * width, 77).map((value) => value / Math.sqrt(width));
  builder.node('Gemm', [flat, builder.floats([classes, width], weight)], {
    to: 'logits',
    attributes: [int('transB', 1)],
  });
  builder.output('logits', 'float', ['N', classes]);
  return loadCamNetwork(encodeModel(builder.model('convolutional', 7)), 'convolutional.onnx', {
    features: null,
    classifier: null,
  });
}

/**
 * What the tests run: one network of convolutions, two of tokens with their fusions.
 * @param width channels of the first one's feature map; half precision takes layers of 128 and more
 */
export function smallNetworks(width = 32): PipelineNetwork[] {
  const transformer = (rule: MctFormerRule): PipelineNetwork => ({
    name: `MCTformer ${rule}`,
    network: networkOf(tinyDict(mctLines(rule === 'plus'))).network,
    rule,
    height: 96,
    width: 64,
  });
  const plain = { rule: null, height: 64, width: 96 };
  return [
    { name: 'convolutional', network: convolutional(width, 2), ...plain },
    transformer('v2'),
    transformer('plus'),
  ];
}
