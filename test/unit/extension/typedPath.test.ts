/** A path that is typed where checkpoints are listed. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { looksLikePath, typedFile } from '../../../src/extension/commands/typedPath';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'lpcam typed-'));
  mkdirSync(join(root, 'home', 'nets'), { recursive: true });
  mkdirSync(join(root, 'one'));
  mkdirSync(join(root, 'two', 'sess'), { recursive: true });
  writeFileSync(join(root, 'home', 'nets', 'a.pth'), '');
  writeFileSync(join(root, 'two', 'sess', 'b.pth'), '');
});
afterEach(() => rmSync(root, { recursive: true }));

const typed = (text: string, folders = [join(root, 'one'), join(root, 'two')]) =>
  typedFile(text, { home: join(root, 'home'), folders });

describe('A typed path', () => {
  it('is told from a part of a name', () => {
    for (const path of ['/a/b.pth', '~/b.pth', 'sess/b.pth', 'C:\\a\\b.pth', '~'])
      expect(looksLikePath(path)).toBe(true);
    for (const name of ['', 'b.pth', 'res50_cam']) expect(looksLikePath(name)).toBe(false);
  });

  it('may be absolute, from the home folder, or from any folder of the workspace', async () => {
    const home = { path: join(root, 'home', 'nets', 'a.pth') };
    expect(await typed(home.path)).toEqual(home);
    expect(await typed(` "${home.path}" `)).toEqual(home);
    expect(await typed('~/nets/a.pth')).toEqual(home);
    expect(await typed('sess/b.pth')).toEqual({ path: join(root, 'two', 'sess', 'b.pth') });
    expect(await typed('./sess/../sess/b.pth')).toEqual({ path: join(root, 'two', 'sess', 'b.pth') });
  });

  it('that names no file says where it was looked for', async () => {
    expect(await typed('/nowhere/c.pth')).toEqual({ problem: 'There is no file /nowhere/c.pth.' });
    expect(await typed('sess/c.pth')).toEqual({
      problem: `There is no file ${join(root, 'one/sess/c.pth')} or ${join(root, 'two/sess/c.pth')}.`,
    });
    expect(await typed('~/nets')).toEqual({
      problem: `${join(root, 'home/nets')} is a folder. Type the path of a checkpoint in it.`,
    });
    const nowhere = await typed('sess/b.pth', []);
    expect('problem' in nowhere && nowhere.problem).toContain('no folder is open');
  });
});
