/** From a recognised state dict to a whole ONNX model that says which of its tensors play which part. */
import type { OnnxModel } from '../../formats/onnxModel';
import { floatTensor } from '../../formats/onnxValues';
import { toFloat32 } from '../../formats/numericArray';
import { InputError } from '../../lpcam/inputError';
import { withRecord, type NetworkRecord } from '../networkRecord';
import type { BuiltHead, BuiltNetwork, NetworkSettings } from './architecture';
import { irVersion, Layers } from './layers';
import { otherStrides, recognise, type Recognised } from './recognise';
import type { StateDict } from './stateDict';

/** ReCAM's maps use its two classifiers' product, element by element; its logits the first one's. */
function addPredictor(layers: Layers, { dict }: Recognised, head: BuiltHead, predictor: StateDict): string {
  const weight = dict.tensors.get(head.classifier);
  const [key, second] = [...predictor.tensors].find(([name]) => name.endsWith('classifier.weight')) ?? [];
  const expected = `[${weight?.shape.join(', ') ?? ''}]`;
  if (!weight || head.scoring !== 'linear' || second?.shape.join() !== weight.shape.join())
    throw new InputError(
      `${predictor.file}: expected a predictor for '${head.classifier}', one tensor 'classifier.weight' ${expected}; ` +
        (second ? `'${key ?? ''}' is [${second.shape.join(', ')}].` : 'there is none.'),
      { file: predictor.file, field: 'classifier.weight' },
    );
  const factors = toFloat32(second.numbers());
  const product = toFloat32(weight.numbers()).map((value, i) => value * (factors[i] ?? 0));
  const name = 'lpcam.head.weight';
  layers.builder.initialisers.push(floatTensor(name, weight.shape, product));
  return name;
}

function recordFor(
  { architecture }: Recognised,
  network: BuiltNetwork,
  settings: NetworkSettings,
  product: string | null,
): NetworkRecord {
  const { head, stride } = network;
  return {
    features: 'features',
    classifier: head.classifier,
    scoring: head.scoring,
    weight: product ?? head.weight,
    bias: head.bias,
    hidden: [...head.hidden],
    classMaps: head.classMaps?.name ?? null,
    logits: head.scoring === 'linear' && product === null ? null : 'logits',
    attention: network.attention ?? null,
    origin: {
      system: product === null ? architecture.system : 'recam',
      architecture: network.architecture,
      stride,
      otherStrides: settings.stride === null ? otherStrides({ architecture, built: network }) : [],
    },
  };
}

/**
 * Recognises a state dict, reads the weights it needs and builds the whole graph: input `image` [N, 3, H, W], outputs
 * `logits` [N, classes], `features` [N, C, h, w] and what the system has besides.
 * @throws InputError when the state dict is no network known here, see `recognise`
 */
export function stateDictModel(dict: StateDict, settings: NetworkSettings): OnnxModel {
  const recognised = recognise(dict, settings);
  const { architecture, stride } = recognised;
  const layers = new Layers(recognised.dict, 'build');
  const network = architecture.build(layers, recognised.dict, { stride });
  const { builder } = layers;
  const { head, features } = network;
  builder.node('Identity', [head.logits.name], { to: 'logits' });
  builder.output('logits', 'float', ['N', head.logits.channels]);
  builder.node('Identity', [features.name], { to: 'features' });
  builder.output('features', 'float', ['N', features.channels, 'h', 'w']);
  for (const { name, shape } of network.extras) builder.output(name, 'float', shape);
  const product = settings.predictor && addPredictor(layers, recognised, head, settings.predictor);
  return withRecord(
    builder.model(network.architecture, irVersion),
    recordFor(recognised, network, settings, product),
  );
}
