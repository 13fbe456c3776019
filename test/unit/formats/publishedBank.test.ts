import { describe, expect, it } from 'vitest';
import { readPublishedBank } from '../../../src/formats/publishedBank';
import { fixture } from '../fixture';
import { expectedDict } from './expected';

const files = { classCentres: 'dir/class_ceneters.pt', context: 'dir/class_context.pt' };
const read = (classCentres: string, context: string, classes = ['cat', 'dog', 'cow']) =>
  readPublishedBank(fixture(`formats/${classCentres}`), fixture(`formats/${context}`), files, classes);

describe('published prototypes', () => {
  it('are a bank that is gated already', () => {
    const bank = read('class_ceneters.pt', 'class_context.pt');
    expect(bank).toMatchObject({ alreadyGated: true, channels: 5, classes: ['cat', 'dog', 'cow'] });
    expect(bank.centres.map(({ classIndex, set }) => [classIndex, set])).toEqual([
      [0, 'foreground'],
      [0, 'foreground'],
      [2, 'foreground'],
      [0, 'background'],
      [1, 'background'],
      [1, 'background'],
      [1, 'background'],
    ]);
    const stored = [...expectedDict('class_ceneters.pt'), ...expectedDict('class_context.pt')];
    expect(bank.centres.flatMap(({ vector }) => [...vector])).toEqual(
      stored.flatMap(([, { values }]) => values),
    );
  });

  it('must belong to the classes of the study', () => {
    expect(() => read('class_ceneters.pt', 'class_context.pt', ['cat'])).toThrow(
      /^dir\/class_ceneters\.pt: its entry "1" is none of the 1 classes/,
    );
  });

  it('must be dicts of tables', () => {
    expect(() => read('state.pth', 'class_context.pt')).toThrow(
      /^dir\/class_ceneters\.pt: its entry "weight"/,
    );
    expect(() => read('class_ceneters.pt', 'hostile.pth')).toThrow(/^dir\/class_context\.pt: refused/);
  });
});
