/** Every architecture that state dicts are recognised as, the particular before the general. */
import type { Architecture } from './architecture';
import { irnResNet, torchvisionResNet } from './resNet';

export const architectures: readonly Architecture[] = [irnResNet, torchvisionResNet];
