/** Who may be alone at work, among processes that share a folder. */
import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FolderLock, lockHolder } from '../../../src/engine/folderLock';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lpcam lock-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const path = () => join(folder, 'work.lock');
/** Beyond what Linux gives to any process. */
const nobody = 2 ** 22 + 1;

function leftBy(host: string): Promise<void> {
  return writeFile(path(), JSON.stringify({ host, pid: nobody, job: null, purpose: 'old' }));
}

describe('A lock on a folder', () => {
  it('tells who holds it until it is released', async () => {
    const lock = await FolderLock.take(path(), 'features');
    expect(lock).toBeInstanceOf(FolderLock);
    expect(await FolderLock.take(path())).toMatchObject({ pid: process.pid, purpose: 'features' });
    if (lock instanceof FolderLock) await lock.release();
    expect(await lockHolder(path())).toBeNull();
    expect(await readdir(folder)).toEqual([]);
  });

  it('that a dead process left goes to one of those who want it at the same moment', async () => {
    for (let round = 0; round < 30; round++) {
      await leftBy(hostname());
      const taken = await Promise.all(Array.from({ length: 8 }, () => FolderLock.take(path())));
      const locks = taken.filter((one) => one instanceof FolderLock);
      expect(locks).toHaveLength(1);
      for (const lock of locks) await lock.release();
    }
    expect(await readdir(folder)).toEqual([]);
  });

  it('of another machine is left alone while it is touched, and taken once it no longer is', async () => {
    await leftBy('elsewhere');
    expect(await FolderLock.take(path())).toMatchObject({ host: 'elsewhere' });
    const longAgo = new Date(Date.now() - 3_600_000);
    await utimes(path(), longAgo, longAgo);
    const lock = await FolderLock.take(path());
    expect(lock).toBeInstanceOf(FolderLock);
    if (lock instanceof FolderLock) await lock.release();
  });
});
