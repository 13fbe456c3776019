import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeNewFile } from '../../../src/extension/study/newFile';

/** As `link` answers on a FAT drive and on some network drives. */
const withoutLinks = () => Promise.reject(Object.assign(new Error('no links here'), { code: 'EPERM' }));

describe('A new study file', () => {
  let folder = '';
  let path = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'lpcam new-'));
    path = join(folder, 'lpcam.json');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  for (const [drive, link] of [
    ['with hard links', undefined],
    ['without hard links', withoutLinks],
  ] as const) {
    describe(`on a drive ${drive}`, () => {
      it('is written whole and leaves nothing beside it', async () => {
        await writeNewFile(path, '{"checkpoint": "a.onnx"}\n', link);
        expect(readFileSync(path, 'utf8')).toBe('{"checkpoint": "a.onnx"}\n');
        expect(readdirSync(folder)).toEqual(['lpcam.json']);
      });

      it('never takes the place of another', async () => {
        writeFileSync(path, 'mine');
        await expect(writeNewFile(path, 'theirs', link)).rejects.toMatchObject({ code: 'EEXIST' });
        expect(readFileSync(path, 'utf8')).toBe('mine');
        expect(readdirSync(folder)).toEqual(['lpcam.json']);
      });

      it('is written by one of two who write at once', async () => {
        const texts = ['first', 'second'];
        const done = await Promise.allSettled(texts.map((text) => writeNewFile(path, text, link)));
        const winners = texts.filter((_, i) => done[i]?.status === 'fulfilled');
        expect(winners).toEqual([readFileSync(path, 'utf8')]);
        expect(readdirSync(folder)).toEqual(['lpcam.json']);
      });
    });
  }

  it('is not there when the drive fails', async () => {
    const failing = () => Promise.reject(Object.assign(new Error('disk'), { code: 'EIO' }));
    await expect(writeNewFile(path, 'text', failing)).rejects.toThrow('disk');
    expect(readdirSync(folder)).toEqual([]);
  });
});
