import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nearestStudy } from '../../../src/extension/study/nearestStudy';

describe('The study of an image', () => {
  let root = '';
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'lpcam study #-'));
    mkdirSync(join(root, 'inner', 'JPEGImages'), { recursive: true });
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));
  const image = () => join(root, 'inner', 'JPEGImages', 'boat.jpg');

  it('is the nearest lpcam.json above it', async () => {
    writeFileSync(join(root, 'lpcam.json'), '{}');
    expect(await nearestStudy(image())).toBe(join(root, 'lpcam.json'));
    writeFileSync(join(root, 'inner', 'lpcam.json'), '{}');
    expect(await nearestStudy(image())).toBe(join(root, 'inner', 'lpcam.json'));
  });

  it('may stand beside it', async () => {
    writeFileSync(join(root, 'inner', 'JPEGImages', 'lpcam.json'), '{}');
    expect(await nearestStudy(image())).toBe(join(root, 'inner', 'JPEGImages', 'lpcam.json'));
  });

  it('is no folder of that name', async () => {
    mkdirSync(join(root, 'inner', 'lpcam.json'));
    expect(await nearestStudy(image())).toBeNull();
  });
});
