/** What the checkpoint editor says of a network without building it is what the built network has. */
import { describe, expect, it } from 'vitest';
import type { StateTensor } from '../../../../src/network/stateDict/stateDict';
import { stateDictHead } from '../../../../src/network/stateDict/stateDictHead';
import { networkOf } from '../../../golden/support/builtNetwork';
import {
  amnLines,
  edamLines,
  irnLines,
  mctLines,
  psaLines,
  seamLines,
  tinyDict,
  torchvisionLines,
  vggLines,
  vitLines,
} from './tinyDicts';

const settings = { stride: null, predictor: null };

describe.each([
  ['IRN', irnLines],
  ['AMN', amnLines],
  ['PSA', psaLines],
  ['SEAM', seamLines],
  ['EDAM', edamLines],
  ['MCTformer V2', mctLines(false)],
  ['MCTformer+', mctLines(true)],
  ['a ResNet', torchvisionLines],
  ['a VGG', vggLines],
  ['a ViT', vitLines],
])('%s', (_, lines) => {
  it('has the same facts and the same classifier', () => {
    const { network } = networkOf(tinyDict(lines));
    const head = stateDictHead(tinyDict(lines), settings);
    const { system, architecture, stride, otherStrides, fixedSize, channels, classes, classifier, scoring } =
      head;
    expect({ origin: { system, architecture, stride, otherStrides }, fixedSize }).toEqual({
      origin: network.origin,
      fixedSize: network.fixedSize,
    });
    expect({ channels, classes, classifier, scoring }).toEqual({
      channels: network.channels,
      classes: network.classes,
      classifier: network.classifier,
      scoring: network.scoring,
    });
    const { weight, bias } = head.weights();
    expect([...weight]).toEqual([...network.weight]);
    expect(bias && [...bias]).toEqual(network.bias && [...network.bias]);
  });

  it('is recognised without reading a number', () => {
    const { file, tensors } = tinyDict(lines);
    const unread = [...tensors].map(([key, { shape, dtype }]): [string, StateTensor] => [
      key,
      {
        shape,
        dtype,
        numbers: () => {
          throw new Error(`${key} was read`);
        },
      },
    ]);
    expect(stateDictHead({ file, tensors: new Map(unread) }, settings).classes).toBe(3);
  });
});
