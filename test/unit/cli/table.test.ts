import { expect, it } from 'vitest';
import { tableText } from '../../../src/cli/table';

it('aligns names to the left and numbers to the right, and shows a dash for what does not apply', () => {
  const text = tableText(
    [{ title: 'class' }, { title: 'IoU', digits: 2 }],
    [
      ['cat', 9.5],
      ['diningtable', 100],
      ['bus', null],
    ],
  );
  expect(text).toBe(
    ['class           IoU', 'cat            9.50', 'diningtable  100.00', 'bus               -'].join('\n'),
  );
});
