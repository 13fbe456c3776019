/** The network without anything of ours: image in, features inside, only their means out. */
import * as ort from 'onnxruntime-node';
import type { OnnxModel } from '../../src/formats/onnxModel';
import { networkInput } from '../../src/engine/image/input';
import { openSession } from '../../src/engine/session';
import { scaledSize } from '../../src/lpcam/rounding';
import type { CamNetwork } from '../../src/network/camNetwork';
import { withFoldedNorms } from '../../src/network/foldedNorms';
import { GraphBuilder, int, ints } from '../../src/network/graphBuilder';

/** Outputs: `mean` [2, C, 1, 1], which makes the session compute all features and hand over hardly any. */
function bareGraph(network: CamNetwork): OnnxModel {
  const { graph, opsets } = network.backbone;
  const builder = new GraphBuilder(network.opset, opsets);
  builder.initialisers.push(...graph.initialisers);
  builder.nodes.push(...graph.nodes);
  builder.input(network.input, 'float', [2, 3, 'H', 'W']);
  builder.node('GlobalAveragePool', [network.features], { to: 'mean' });
  builder.output('mean', 'float', [2, network.channels, 1, 1]);
  return withFoldedNorms(builder.model('bare', Math.max(network.irVersion, 4)));
}

/** Output `rows`, [h * w, C], of one image. */
function rowsGraph(network: CamNetwork): OnnxModel {
  const bare = bareGraph(network);
  const builder = new GraphBuilder(network.opset, network.backbone.opsets);
  const turned = builder.node('Transpose', [network.features], { attributes: [ints('perm', 0, 2, 3, 1)] });
  const first = builder.node('Gather', [turned, builder.integers([0])], { attributes: [int('axis', 0)] });
  builder.node('Reshape', [first, builder.integers([-1, network.channels])], { to: 'rows' });
  builder.output('rows', 'float', ['positions', network.channels]);
  const { graph } = bare;
  return {
    ...bare,
    graph: {
      ...graph,
      nodes: [...graph.nodes, ...builder.nodes],
      initialisers: [...graph.initialisers, ...builder.initialisers],
      outputs: builder.outputs,
    },
  };
}

const noise = (length: number) => Uint8Array.from({ length }, (_, i) => (i * 2654435761) >>> 24);
const mean = [0.485, 0.456, 0.406] as const;
const std = [0.229, 0.224, 0.225] as const;

export class BareBackbone {
  private constructor(
    private readonly session: ort.InferenceSession,
    private readonly input: string,
    private readonly inputs: readonly ort.Tensor[],
  ) {}

  /** With the inputs of all scales of an image made beforehand. */
  static async open(
    network: CamNetwork,
    height: number,
    width: number,
    scales: readonly number[],
  ): Promise<BareBackbone> {
    const inputs = scales.map((scale) => {
      const size = scaledSize(height, width, scale);
      const rgb = noise(size.height * size.width * 3);
      const values = networkInput(rgb, size.height, size.width, mean, std, true);
      return new ort.Tensor('float32', values, [2, 3, size.height, size.width]);
    });
    return new BareBackbone(await openSession(bareGraph(network), 'cpu'), network.input, inputs);
  }

  /** Milliseconds for all scales, image and mirror. */
  async run(): Promise<number> {
    const began = performance.now();
    for (const image of this.inputs) await this.session.run({ [this.input]: image });
    return performance.now() - began;
  }

  async release(): Promise<void> {
    await this.session.release();
  }
}

/** Feature vectors of an image, evenly spread over its positions: prototypes that light up somewhere. */
export async function someFeatures(
  network: CamNetwork,
  image: { readonly rgb: Uint8Array; readonly height: number; readonly width: number },
  count: number,
): Promise<Float32Array[]> {
  const { rgb, height, width } = image;
  const session = await openSession(rowsGraph(network), 'cpu');
  const values = networkInput(rgb, height, width, mean, std, true);
  const { rows } = await session.run({
    [network.input]: new ort.Tensor('float32', values, [2, 3, height, width]),
  });
  await session.release();
  const [positions = 0, channels = 0] = rows?.dims ?? [];
  const data = rows?.data as Float32Array;
  return Array.from({ length: count }, (_, i) => {
    const at = Math.floor(((i + 0.5) * positions) / count) * channels;
    return data.slice(at, at + channels);
  });
}
