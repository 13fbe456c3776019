import { expect, it } from 'vitest';
import type { Notice } from '../../../src/lpcam/notice';
import { LateNotices } from '../../../src/webview/imagePanel/lateNotices';

const dead: readonly Notice[] = [{ kind: 'dead-seed', message: 'No pixel of boat is left.' }];
const other: readonly Notice[] = [{ kind: 'no-class-prototype', message: 'No prototype of boat is on.' }];

it('a notice of an image that opens is there with its first frame', () => {
  const notices = new LateNotices();
  expect(notices.tell(dead, false)).toBe(false);
  expect(notices.shown).toEqual(dead);
});

it('a notice that a switch brings or takes away comes a frame after the maps', () => {
  const notices = new LateNotices();
  notices.tell([], false);
  expect(notices.tell(dead, true)).toBe(true);
  expect(notices.shown).toEqual([]);
  expect(notices.tell(dead, true)).toBe(false);
  expect(notices.shown).toEqual(dead);
  expect(notices.tell([], true)).toBe(true);
  expect(notices.shown).toEqual(dead);
  expect(notices.tell([], true)).toBe(false);
  expect(notices.shown).toEqual([]);
});

it('while something moves in every frame a notice is one frame late, not more', () => {
  const notices = new LateNotices();
  notices.tell([], false);
  expect(notices.tell(dead, true)).toBe(true);
  expect(notices.tell(other, true)).toBe(false);
  expect(notices.shown).toEqual(other);
});

it('the same notices need no further frame', () => {
  const notices = new LateNotices();
  notices.tell(dead, false);
  expect(notices.tell([...dead], true)).toBe(false);
});
