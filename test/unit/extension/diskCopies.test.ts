/** Private copies of files without a path on disk. */
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Uri } from 'vscode';
import { DiskCopies } from '../../../src/extension/virtual/diskCopies';

/** Called while a file is being copied. */
const { copying } = vi.hoisted(() => ({ copying: vi.fn(() => Promise.resolve()) }));

/** VS Code as far as copies use it: its virtual files lie on disk. */
vi.mock('vscode', () => {
  const nothing = () => ({ dispose: () => undefined });
  return {
    Disposable: Object.assign(
      class {
        dispose = () => undefined;
      },
      { from: nothing },
    ),
    RelativePattern: class {
      readonly pattern = '';
    },
    Uri: { file: (path: string) => ({ path }), joinPath: (uri: unknown) => uri },
    workspace: {
      createFileSystemWatcher: () => ({ onDidChange: nothing, onDidCreate: nothing, onDidDelete: nothing }),
      fs: {
        stat: ({ path }: Uri) => {
          const { mtimeMs, size } = statSync(path);
          return Promise.resolve({ mtime: mtimeMs, size });
        },
        copy: async (from: Uri, to: Uri) => {
          copyFileSync(from.path, to.path);
          await copying();
        },
      },
    },
  };
});

let root: string;
let file: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'lpcam-copies-'));
  file = join(root, 'net.pth');
  writeFileSync(file, 'old');
});
afterEach(() => rmSync(root, { recursive: true }));

const uri = () => ({ path: file, toString: () => `virtual:${file}` }) as unknown as Uri;

it('a file that changes while it is copied is copied again, for whoever asks after the change', async () => {
  const copies = new DiskCopies(join(root, 'copies'));
  const copy = copies.hold(uri(), () => undefined);
  let again: Promise<void> | undefined;
  copying.mockImplementationOnce(() => {
    writeFileSync(file, 'another');
    again = copy.bring();
    return Promise.resolve();
  });
  await copy.bring();
  await again;
  expect(readFileSync(copy.path, 'utf8')).toBe('another');
  expect(copying).toHaveBeenCalledTimes(2);
  await copy.bring();
  expect(copying).toHaveBeenCalledTimes(2);
  copies.dispose();
  expect(existsSync(copy.path)).toBe(false);
});

it('what windows left behind goes, but not what other machines have in the same home folder', async () => {
  // No process has a number that high.
  const [left, elsewhere, living] = [
    `4194305@${hostname()}`,
    '4194305@another-machine',
    `${process.ppid}@${hostname()}`,
  ].map((name) => join(root, 'copies', name));
  for (const folder of [left, elsewhere, living]) mkdirSync(folder ?? '', { recursive: true });
  const copies = new DiskCopies(join(root, 'copies'));
  copies.hold(uri(), () => undefined);
  await vi.waitFor(() => expect(existsSync(left ?? '')).toBe(false));
  expect([elsewhere, living].map((folder) => existsSync(folder ?? ''))).toEqual([true, true]);
  copies.dispose();
});
