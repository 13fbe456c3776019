/** From a user's ONNX classifier to a CAM network: finds the feature map and the linear classifier behind it. */
import type { OnnxModel } from '../formats/onnxModel';
import { InputError } from '../lpcam/inputError';
import { cutBackbone, imageInput, nodesBehind, realInputs } from './backbone';
import type { CamNetwork } from './camNetwork';
import { candidateList } from './candidates';
import { HeadFinder } from './classifierHead';
import type { ClassifierHead } from './classifierHead';
import { describeShape } from './dimension';
import { GraphIndex, readNames } from './graphIndex';
import { linearLayerOf } from './linearLayer';
import type { LinearLayer } from './linearLayer';
import { Shapes } from './shapes';
import { transposed, weightOf } from './weights';

/** Names from the study (`network.features`, `network.classifier`); null where it leaves them out. */
export interface NetworkNames {
  readonly features: string | null;
  readonly classifier: string | null;
}

class Surgery {
  private readonly index: GraphIndex;
  private readonly shapes: Shapes;
  private readonly finder: HeadFinder;

  constructor(
    private readonly model: OnnxModel,
    private readonly file: string,
  ) {
    this.index = new GraphIndex(model.graph);
    // Graphs with further inputs may still have a feature map that depends on the image alone.
    const inputs = realInputs(this.index);
    const images = inputs.filter((value) => value.shape?.length === 4);
    const input = imageInput(images.length === 1 ? images : inputs, file);
    this.shapes = new Shapes(this.index, input, model.graph.nodes);
    this.finder = new HeadFinder(this.index, this.shapes, file);
  }

  private fail(message: string, field?: string): InputError {
    return new InputError(`${this.file}: ${message}\n${candidateList(this.index, this.shapes)}`, {
      file: this.file,
      field,
    });
  }

  /** Every different head found behind the graph's outputs, and why the other outputs have none. */
  private searchOutputs(): { heads: ClassifierHead[]; reasons: string[] } {
    const heads: ClassifierHead[] = [];
    const reasons: string[] = [];
    for (const output of this.index.graph.outputs) {
      const found = this.finder.behindOutput(output.name);
      if ('reason' in found) {
        // A feature map exposed as an output is no failed search for a classifier.
        const isMap =
          this.shapes
            .of(output.name)
            ?.slice(2)
            .some((dimension) => dimension.space) ?? false;
        if (!isMap) reasons.push(found.reason);
      } else if (!heads.some((head) => head.layer.node === found.head.layer.node)) heads.push(found.head);
    }
    return { heads, reasons };
  }

  private onlyHead(): ClassifierHead {
    const { heads, reasons } = this.searchOutputs();
    const [head] = heads;
    if (!head)
      throw this.fail(
        `found no linear classifier on the average of a feature map (${reasons.join('; ') || 'no output has a classifier'}).`,
      );
    if (heads.length > 1)
      throw this.fail(
        `found ${heads.length} classifiers: ${heads.map(({ layer }) => `'${layer.weightName}' [${layer.classes}, ${layer.channels}]`).join(', ')}. ` +
          'Say which one is meant.',
        'network.classifier',
      );
    return head;
  }

  /** The layer that uses a named weight. */
  private layerUsing(name: string): LinearLayer | null {
    for (const node of this.index.graph.nodes)
      for (const output of node.outputs) {
        const layer = linearLayerOf(this.index, output, this.file);
        if (layer && (layer.weightName === name || layer.node.inputs[1] === name)) {
          const added = this.index.users(output).find((user) => user.op === 'Add');
          return (added && linearLayerOf(this.index, added.outputs[0] ?? '', this.file)) ?? layer;
        }
      }
    return null;
  }

  /** A weight that no linear layer uses, oriented by the feature map's channels. */
  private looseWeight(name: string, features: string): LinearLayer {
    const weight = weightOf(this.index, name, this.file);
    const [rows, columns, ...kernel] = weight?.dims ?? [];
    const node = this.index.users(name)[0] ?? this.index.producer(features);
    if (!weight || !node || rows === undefined || columns === undefined || kernel.some((size) => size !== 1))
      throw this.fail(
        `network.classifier '${name}' is ${weight ? `[${weight.dims.join(', ')}]` : 'no constant of the graph'}; ` +
          'expected a weight [classes, C] or [classes, C, 1, 1].',
        'network.classifier',
      );
    const channels = this.shapes.of(features)?.[1]?.size ?? columns;
    const turned = columns !== channels && rows === channels;
    return {
      input: features,
      weightName: weight.name,
      weight: turned ? transposed(weight.values, rows, columns) : weight.values,
      classes: turned ? columns : rows,
      channels: turned ? rows : columns,
      bias: null,
      convolution: true,
      node,
    };
  }

  private namedFeatures(name: string): string {
    if (!this.index.producer(name))
      throw this.fail(
        `network.features names '${name}', which ${this.index.has(name) ? 'is an input or a weight' : 'the graph does not have'}.`,
        'network.features',
      );
    return name;
  }

  private behindWeight(name: string): ClassifierHead {
    if (!this.index.has(name))
      throw this.fail(
        `network.classifier names '${name}', which the graph does not have.`,
        'network.classifier',
      );
    const layer = this.layerUsing(name);
    if (!layer)
      throw this.fail(
        `no linear layer uses network.classifier '${name}'. Name the feature map too.`,
        'network.features',
      );
    const found = this.finder.behindLayer(layer);
    if ('head' in found) return found.head;
    const input = this.shapes.of(layer.input);
    if (layer.convolution && input?.length === 4 && input.slice(2).every((dimension) => dimension.space))
      return { features: layer.input, layer };
    throw this.fail(`${found.reason}. Name the feature map too.`, 'network.features');
  }

  head(names: NetworkNames): ClassifierHead {
    if (names.features !== null) {
      const features = this.namedFeatures(names.features);
      if (names.classifier === null) return { features, layer: this.onlyHead().layer };
      if (!this.index.has(names.classifier))
        throw this.fail(
          `network.classifier names '${names.classifier}', which the graph does not have.`,
          'network.classifier',
        );
      return {
        features,
        layer: this.layerUsing(names.classifier) ?? this.looseWeight(names.classifier, features),
      };
    }
    return names.classifier === null ? this.onlyHead() : this.behindWeight(names.classifier);
  }

  /** Features must be maps of the channels the classifier reads. */
  check({ features, layer }: ClassifierHead): void {
    const shape = this.shapes.of(features);
    if (shape && shape.length !== 4)
      throw this.fail(
        `'${features}' is ${describeShape(shape)}; a feature map [N, C, h, w] was expected.`,
        'network.features',
      );
    const channels = shape?.[1]?.size ?? layer.channels;
    if (channels !== layer.channels)
      throw this.fail(
        `the feature map '${features}' has ${channels} channels, but the classifier '${layer.weightName}' ` +
          `[${layer.classes}, ${layer.channels}] reads ${layer.channels}.`,
        'network.classifier',
      );
    this.checkFirstLayer(features);
  }

  /** A graph that leaves its channel count open still shows it in its first convolution. */
  private checkFirstLayer(features: string): void {
    const nodes = nodesBehind(this.index, features);
    const images = new Set(realInputs(this.index).map((value) => value.name));
    for (const node of nodes) {
      if (node.op !== 'Conv' || !readNames(node).some((name) => images.has(name))) continue;
      const channels = this.index.constant(node.inputs[1] ?? '')?.dims[1];
      if (
        channels !== undefined &&
        channels !== 3 &&
        !node.attributes.some((a) => a.name === 'group' && a.kind === 'int' && a.value !== 1n)
      )
        throw new InputError(
          `${this.file}: the first convolution reads ${channels} channels; expected an RGB image [N, 3, H, W].`,
          { file: this.file },
        );
    }
  }

  network({ features, layer }: ClassifierHead): CamNetwork {
    const { model, input, fixedSize, fixedBatch } = cutBackbone(
      this.model,
      this.index,
      features,
      layer.channels,
      this.file,
    );
    return {
      backbone: model,
      input: input.name,
      features,
      classifier: layer.weightName,
      channels: layer.channels,
      classes: layer.classes,
      weight: layer.weight,
      bias: layer.bias,
      scoring: 'linear',
      hidden: [],
      classMaps: null,
      attention: null,
      logits: null,
      origin: null,
      fixedSize,
      fixedBatch,
      opset: this.model.opsets.get('') ?? 0,
      irVersion: this.model.irVersion,
      producer: this.model.producer,
      parameters: this.model.graph.initialisers.reduce(
        (sum, tensor) => sum + tensor.dims.reduce((product, size) => product * size, 1),
        0,
      ),
    };
  }
}

/**
 * Finds the feature map and the classifier of an ONNX classifier: an average over all positions followed by a Gemm, a
 * MatMul or a 1x1 Conv, or the same two the other way round. Names override the search.
 * @throws InputError when the two cannot be found, with the candidates and how to name them
 */
export function findCamNetwork(model: OnnxModel, file: string, names: NetworkNames): CamNetwork {
  const surgery = new Surgery(model, file);
  const head = surgery.head(names);
  surgery.check(head);
  return surgery.network(head);
}
