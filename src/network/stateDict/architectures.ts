/** Every architecture that state dicts are recognised as, the particular before the general. */
import type { Architecture } from './architecture';
import { amn } from './amn';
import { mctFormers } from './mctFormer';
import { denseNet } from './denseNet';
import { efficientNet } from './efficientNet';
import { mobileNetV2 } from './mobileNetV2';
import { vgg } from './vgg';
import { visionTransformer } from './visionTransformer';
import { irnResNet, torchvisionResNet } from './resNet';
import { wideResNets } from './wideResNet38';

export const architectures: readonly Architecture[] = [
  amn,
  irnResNet,
  ...wideResNets,
  ...mctFormers,
  torchvisionResNet,
  mobileNetV2,
  efficientNet,
  denseNet,
  vgg,
  visionTransformer,
];
