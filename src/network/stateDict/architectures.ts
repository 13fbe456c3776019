/** Every architecture that state dicts are recognised as, the particular before the general. */
import type { Architecture } from './architecture';
import { amn } from './amn';
import { mctFormers } from './mctFormer';
import { irnResNet, torchvisionResNet } from './resNet';
import { wideResNets } from './wideResNet38';

export const architectures: readonly Architecture[] = [
  amn,
  irnResNet,
  ...wideResNets,
  ...mctFormers,
  torchvisionResNet,
];
