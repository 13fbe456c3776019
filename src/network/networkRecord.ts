/**
 * What a graph alone does not tell about a CAM network: which tensors play which part. It travels in the metadata of
 * ONNX files written here, so that a converted checkpoint opens as the same network.
 */
import * as z from 'zod';
import type { OnnxModel, OnnxNode, OnnxTensor } from '../formats/onnxModel';
import { tensorFloats } from '../formats/onnxValues';
import { InputError } from '../lpcam/inputError';
import { nodesBehind } from './backbone';
import { scorings, type CamNetwork } from './camNetwork';
import { GraphIndex, readNames } from './graphIndex';

/** Key in the file's metadata. */
const metadataKey = 'lpcam.network';

const name = z.string().min(1);
const recordSchema = z.strictObject({
  features: name,
  /** The classifier as its checkpoint calls it. */
  classifier: name,
  scoring: z.enum(scorings),
  /** Initialisers: [N, C] (or [N, C, 1, 1]), [N], and the layers before. */
  weight: name,
  bias: name.nullable(),
  hidden: z.array(z.strictObject({ weight: name, bias: name })),
  classMaps: name.nullable(),
  logits: name.nullable(),
  /** Absent from files that were written before it was. */
  attention: z.strictObject({ toPatches: name, betweenPatches: name }).nullable().default(null),
  origin: z
    .strictObject({
      system: z.string(),
      architecture: z.string(),
      stride: z.int().positive(),
      otherStrides: z.array(z.int().positive()),
    })
    .nullable(),
});
export type NetworkRecord = z.infer<typeof recordSchema>;

/** The model with its record. */
export function withRecord(model: OnnxModel, record: NetworkRecord): OnnxModel {
  return { ...model, metadata: new Map([...(model.metadata ?? []), [metadataKey, JSON.stringify(record)]]) };
}

/** The record of a model; null when it has none. @throws InputError when it has one that makes no sense */
export function recordOf(model: Pick<OnnxModel, 'metadata'>, file: string): NetworkRecord | null {
  const text = model.metadata?.get(metadataKey);
  if (text === undefined) return null;
  try {
    return recordSchema.parse(JSON.parse(text));
  } catch {
    throw new InputError(
      `${file}: its metadata "${metadataKey}" is damaged. Convert the checkpoint again, or name network.features and ` +
        'network.classifier in lpcam.json.',
      { file, field: metadataKey },
    );
  }
}

class RecordedModel {
  private readonly index: GraphIndex;

  constructor(
    private readonly model: OnnxModel,
    private readonly record: NetworkRecord,
    private readonly file: string,
  ) {
    this.index = new GraphIndex(model.graph);
  }

  private fail(what: string, field: string): InputError {
    return new InputError(`${this.file}: ${what}. Convert the checkpoint again.`, { file: this.file, field });
  }

  /** A constant of `rank` sides, sides of 1 behind them left out. */
  private constant(key: string, rank: number): { dims: readonly number[]; values: Float32Array } {
    const tensor: OnnxTensor | undefined = this.index.constant(key);
    const dims = tensor?.dims.slice(0, rank) ?? [];
    if (!tensor || dims.length < rank || tensor.dims.slice(rank).some((side) => side !== 1))
      throw this.fail(
        `its metadata names the weight '${key}', which is ${tensor ? `[${tensor.dims.join(', ')}]` : 'not there'}`,
        key,
      );
    return { dims, values: tensorFloats(tensor, this.file) };
  }

  /** Channels of a tensor as the file's outputs state them. */
  private channelsOf(key: string): number {
    const channels = this.model.graph.outputs.find((output) => output.name === key)?.shape?.[1];
    if (typeof channels !== 'number' || !this.index.producer(key))
      throw this.fail(
        `its metadata names the feature map '${key}', which is no output with known channels`,
        key,
      );
    return channels;
  }

  private backbone(targets: readonly string[]): OnnxModel {
    const { graph } = this.model;
    const needed = new Set<OnnxNode>(targets.flatMap((target) => nodesBehind(this.index, target)));
    const nodes = graph.nodes.filter((node) => needed.has(node));
    const used = new Set(nodes.flatMap(readNames));
    return {
      ...this.model,
      metadata: new Map(),
      graph: {
        name: 'backbone',
        nodes,
        initialisers: graph.initialisers.filter((tensor) => used.has(tensor.name)),
        inputs: graph.inputs.filter((input) => used.has(input.name)),
        outputs: graph.outputs.filter((output) => targets.includes(output.name)),
        values: [],
      },
    };
  }

  network(): CamNetwork {
    const { record, model } = this;
    const channels = this.channelsOf(record.features);
    const { attention } = record;
    const targets = [
      record.features,
      record.classMaps,
      record.logits,
      attention?.toPatches ?? null,
      attention?.betweenPatches ?? null,
    ].filter((target) => target !== null);
    for (const target of targets)
      if (!this.index.producer(target))
        throw this.fail(`its metadata names '${target}', which is not there`, target);
    const backbone = this.backbone(targets);
    const [input, ...others] = backbone.graph.inputs;
    const [, colours, height, width] = input?.shape ?? [];
    if (!input || others.length > 0 || colours !== 3)
      throw this.fail('its feature map does not depend on one image [N, 3, H, W]', record.features);
    const { dims, values } = this.constant(record.weight, 2);
    const [classes = 0, inputs = 0] = dims;
    const hidden = record.hidden.map((layer) => ({
      weight: this.constant(layer.weight, 2).values,
      bias: this.constant(layer.bias, 1).values,
    }));
    const last = hidden.at(-1)?.bias.length ?? channels;
    if (inputs !== last)
      throw this.fail(
        `the classifier '${record.weight}' reads ${inputs} channels, the features before it have ${last}`,
        record.weight,
      );
    const bias = record.bias === null ? null : this.constant(record.bias, 1).values;
    return {
      backbone,
      input: input.name,
      features: record.features,
      classifier: record.classifier,
      channels,
      classes,
      weight: values,
      bias,
      scoring: record.scoring,
      hidden,
      classMaps: record.classMaps,
      logits: record.logits,
      attention,
      origin: record.origin,
      fixedSize: typeof height === 'number' && typeof width === 'number' ? [height, width] : null,
      fixedBatch: null,
      opset: model.opsets.get('') ?? 0,
      irVersion: model.irVersion,
      producer: model.producer,
      parameters: model.graph.initialisers
        .filter((tensor) => !tensor.name.startsWith('lpcam.'))
        .reduce((sum, tensor) => sum + tensor.dims.reduce((product, side) => product * side, 1), 0),
    };
  }
}

/**
 * The CAM network of a model with a record.
 * @throws InputError when the record names tensors that are not there or do not fit each other
 */
export function recordedNetwork(model: OnnxModel, record: NetworkRecord, file: string): CamNetwork {
  return new RecordedModel(model, record, file).network();
}
