/** A checkpoint counts once it is whole and was the same at two looks. */
import { describe, expect, it } from 'vitest';
import { settleTime, SettledCheckpoints } from '../../../src/extension/follow/settledCheckpoints';
import type { FollowedCheckpoint } from '../../../src/protocol/follow';

const file = (name: string, version: string, whole = true): FollowedCheckpoint => ({
  path: `/c/${name}`,
  version,
  bytes: 1,
  modified: 0,
  number: null,
  whole,
  problem: null,
});

describe('a checkpoint', () => {
  it('is not taken at the first look, nor too soon after it', () => {
    const settled = new SettledCheckpoints();
    const found = [file('a', '1')];
    expect(settled.look(found, 0)).toEqual({ newest: null, settling: true });
    expect(settled.look(found, settleTime - 1)).toEqual({ newest: null, settling: true });
    expect(settled.look(found, settleTime)).toEqual({ newest: found[0], settling: false });
  });

  it('starts anew when it changes, and the one before it counts meanwhile', () => {
    const settled = new SettledCheckpoints();
    const old = file('a', '1');
    settled.look([old, file('b', '1', false)], 0);
    expect(settled.look([old, file('b', '2', false)], 2000)).toEqual({ newest: old, settling: true });
    expect(settled.look([old, file('b', '3')], 4000)).toEqual({ newest: old, settling: true });
    expect(settled.look([old, file('b', '3')], 6000).newest?.path).toBe('/c/b');
  });

  it('that stays half-written is not looked at more often than others', () => {
    const settled = new SettledCheckpoints();
    settled.look([file('a', '1', false)], 0);
    expect(settled.look([file('a', '1', false)], 5000)).toEqual({ newest: null, settling: false });
  });

  it('that was deleted and written again must settle again', () => {
    const settled = new SettledCheckpoints();
    const found = [file('a', '1')];
    settled.look(found, 0);
    settled.look([], 2000);
    expect(settled.look(found, 4000).newest).toBeNull();
  });
});
