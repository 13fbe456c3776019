/** ResNets as torchvision and the IRN family name their layers: any depth, width and number of stages. */
import type { Architecture } from './architecture';
import { firstPresent, linearHead } from './heads';
import type { FeatureMap, Layers } from './layers';
import { countOf, renamedKeys, type StateDict } from './stateDict';

interface Stage {
  readonly stride: number;
  /** Dilation of the first block's 3x3 convolution, and of the other blocks'. */
  readonly dilations: readonly [first: number, others: number];
}

interface Block {
  readonly stride: number;
  readonly dilation: number;
}

function shortcut(layers: Layers, x: FeatureMap, key: string, stride: number): FeatureMap {
  if (!layers.has(`${key}.downsample.0.weight`) && stride === 1) return x;
  return layers.norm(layers.conv(x, `${key}.downsample.0`, { kernel: 1, stride }), `${key}.downsample.1`);
}

/** 1x1, 3x3 (with the stride), 1x1. The 3x3 may be in groups (ResNeXt). */
function bottleneck(layers: Layers, x: FeatureMap, key: string, { stride, dilation }: Block): FeatureMap {
  const a = layers.relu(layers.norm(layers.conv(x, `${key}.conv1`, { kernel: 1 }), `${key}.bn1`));
  const middle = layers.conv(a, `${key}.conv2`, { kernel: 3, stride, dilation, groups: 'by shape' });
  const b = layers.relu(layers.norm(middle, `${key}.bn2`));
  const c = layers.norm(layers.conv(b, `${key}.conv3`, { kernel: 1 }), `${key}.bn3`);
  const beside = shortcut(layers, x, key, stride);
  return layers.relu(layers.add(c, beside));
}

/** Two 3x3. */
function basicBlock(layers: Layers, x: FeatureMap, key: string, { stride, dilation }: Block): FeatureMap {
  const first = layers.conv(x, `${key}.conv1`, { kernel: 3, stride, dilation });
  const a = layers.relu(layers.norm(first, `${key}.bn1`));
  const b = layers.norm(layers.conv(a, `${key}.conv2`, { kernel: 3, dilation }), `${key}.bn2`);
  return layers.relu(layers.add(b, shortcut(layers, x, key, stride)));
}

/** @returns the last stage's feature map */
function addResNet(
  layers: Layers,
  blocks: readonly number[],
  deep: boolean,
  stages: readonly Stage[],
): FeatureMap {
  const stem = layers.conv(layers.image(), 'conv1', { kernel: 7, stride: 2 });
  let x = layers.maxPool(layers.relu(layers.norm(stem, 'bn1')), 3, 2, 1);
  for (const [place, count] of blocks.entries()) {
    const { stride, dilations } = stages[place] ?? { stride: 1, dilations: [1, 1] as const };
    for (let b = 0; b < count; b++) {
      const block = { stride: b === 0 ? stride : 1, dilation: dilations[b === 0 ? 0 : 1] };
      const add = deep ? bottleneck : basicBlock;
      x = add(layers, x, `layer${place + 1}.${b}`, block);
    }
  }
  return x;
}

function blocksOf(dict: StateDict): number[] {
  const stages = Math.max(countOf(dict, 'layer*.0.conv1.weight') - 1, 0);
  const counted = Array.from({ length: stages }, (_, i) => countOf(dict, `layer${i + 1}.*.conv1.weight`));
  // As a guess for messages: what most people have.
  return counted.length >= 2 && counted.every((count) => count > 0) ? counted : [3, 4, 6, 3];
}

function isDeep(dict: StateDict): boolean {
  return dict.tensors.has('layer1.0.conv3.weight') || !dict.tensors.has('layer1.0.conv2.weight');
}

const depths = new Map([
  ['2,2,2,2 basic', 'ResNet-18'],
  ['3,4,6,3 basic', 'ResNet-34'],
  ['3,4,6,3 deep', 'ResNet-50'],
  ['3,4,23,3 deep', 'ResNet-101'],
  ['3,8,36,3 deep', 'ResNet-152'],
]);

function depthName(blocks: readonly number[], deep: boolean): string {
  const known = depths.get(`${blocks.join()} ${deep ? 'deep' : 'basic'}`);
  return known ?? `ResNet of ${blocks.join(' + ')} ${deep ? 'bottleneck' : 'basic'} blocks`;
}

/** IRN keeps every tensor under three names: the ResNet's, the stages' and the optimiser groups'. */
export function irnKey(key: string): string | null {
  const [, stage, rest] = /^(?:stage|backbone\.)(\d)\.(.*)$/.exec(key) ?? [];
  if (stage !== undefined && rest !== undefined) {
    // `stage1` and `backbone.0` are the same.
    const number = Number(stage) + (key.startsWith('backbone.') ? 1 : 0);
    if (number > 1) return `layer${number}.${rest.replace(/^0\./, '')}`;
    return rest.replace(/^0\./, 'conv1.').replace(/^1\./, 'bn1.').replace(/^4\./, 'layer1.');
  }
  if (key.startsWith('newly_added.1.')) return key.replace('newly_added.1.', 'label_enc.');
  return key.replace(/^resnet\d+\./, '').replace(/^newly_added\.0\./, 'classifier.');
}

export function isIrnFamily({ tensors }: StateDict): boolean {
  const stem = [...tensors.keys()].some((key) => /^(resnet\d+\.conv1|stage1\.0)\.weight$/.test(key));
  return stem && !tensors.has('fc_edge1.0.weight');
}

/** The IRN family's features: strides (2, 2, 2, 1), or with stride 8 (2, 2, 1, 1) and dilations (1, 1, 2, 2). */
export function irnFeatures(
  layers: Layers,
  dict: StateDict,
  stride: number,
): { features: FeatureMap; name: string } {
  const plain = { stride: 1, dilations: [1, 1] } as const;
  const halving = { stride: 2, dilations: [1, 1] } as const;
  const dilated = { stride: 1, dilations: [1, 2] } as const;
  const stages = stride === 8 ? [plain, halving, dilated, dilated] : [plain, halving, halving, plain];
  const blocks = blocksOf(dict);
  const deep = isDeep(dict);
  return { features: addResNet(layers, blocks, deep, stages), name: depthName(blocks, deep) };
}

export const irnResNet: Architecture = {
  system: 'irn',
  name: 'the CAM network of IRN, LPCAM, ReCAM and AdvCAM (ResNet-50)',
  strides: [16, 8],
  canonical: (dict) => renamedKeys(dict, irnKey),
  marked: (dict) => isIrnFamily(dict) && !dict.tensors.has('label_enc.weight'),
  build: (layers, dict, { stride }) => {
    const { features, name } = irnFeatures(layers, dict, stride);
    return {
      architecture: `${name} of the IRN family`,
      features,
      stride,
      head: linearHead(layers, dict, features, 'classifier'),
      extras: [],
      fixedSize: null,
    };
  },
};

/** Stages of torchvision, where a stride may be replaced by dilation (`replace_stride_with_dilation`). */
function torchvisionStages(count: number, stride: number): Stage[] {
  const stages: Stage[] = [];
  let reached = 4;
  let dilation = 1;
  for (let i = 0; i < count; i++) {
    const before = dilation;
    const halves = i > 0 && reached < stride;
    if (halves) reached *= 2;
    else if (i > 0) dilation *= 2;
    stages.push({ stride: halves ? 2 : 1, dilations: [before, dilation] });
  }
  return stages;
}

export const torchvisionResNet: Architecture = {
  system: 'torchvision',
  name: "torchvision's ResNet",
  strides: [32, 16, 8],
  marked: ({ tensors }) => tensors.has('layer1.0.conv1.weight') && tensors.has('conv1.weight'),
  build: (layers, dict, { stride }) => {
    const blocks = blocksOf(dict);
    const deep = isDeep(dict);
    const least = 4 * 2 ** (blocks.length - 1);
    const own = Math.min(stride, least);
    const features = addResNet(layers, blocks, deep, torchvisionStages(blocks.length, own));
    const key = firstPresent(dict, ['fc', 'classifier', 'head']);
    return {
      architecture: depthName(blocks, deep),
      features,
      stride: own,
      head: linearHead(layers, dict, features, key),
      extras: [],
      fixedSize: null,
    };
  },
};
