import { describe, expect, it } from 'vitest';
import { OpeningPictures, type KeptPicture } from '../../../src/extension/panel/openingPictures';

/** A kept picture of so many bytes. */
function picture(bytes: number, fingerprint = 'one'): KeptPicture {
  const place = { left: 0, top: 80, width: 10, height: 10 };
  const pane = {
    ...place,
    title: { text: 'CAM · boat', left: 8, top: 60 },
    bytes: new Uint8Array(bytes),
    type: 'image/webp' as const,
  };
  return {
    picture: { width: 700, height: 800, ratio: 1, panes: [pane] },
    fingerprint,
    files: new Map(),
  };
}

describe('What panels showed first', () => {
  it('is found again by how a panel is opened', () => {
    const pictures = new OpeningPictures(100);
    const kept = picture(40);
    pictures.keep('a', kept);
    expect(pictures.get('a')).toBe(kept);
    expect(pictures.get('b')).toBeNull();
  });

  it('makes room: what was not opened for longest goes first', () => {
    const pictures = new OpeningPictures(100);
    for (const name of ['a', 'b']) pictures.keep(name, picture(40));
    pictures.get('a');
    pictures.keep('c', picture(40));
    expect(['a', 'b', 'c'].map((name) => pictures.get(name) !== null)).toEqual([true, false, true]);
    expect(pictures.bytes).toBe(80);
  });

  it('replaces what was kept of the same opening', () => {
    const pictures = new OpeningPictures(100);
    pictures.keep('a', picture(60));
    pictures.keep('a', picture(70, 'two'));
    expect([pictures.bytes, pictures.get('a')?.fingerprint]).toEqual([70, 'two']);
  });

  it('is not kept where it is larger than all there may be', () => {
    const pictures = new OpeningPictures(100);
    pictures.keep('a', picture(40));
    pictures.keep('b', picture(101));
    expect([pictures.get('a') !== null, pictures.get('b'), pictures.bytes]).toEqual([true, null, 40]);
  });
});
