import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lastWords } from '../../../src/extension/client/lastWords';
import { literalGlob } from '../../../src/extension/panel/literalGlob';
import { patchImage } from '../../../src/extension/panel/patchImage';

describe('The image of a nearest patch', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'lpcam images-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is found by its id, whatever its ending', async () => {
    writeFileSync(join(folder, '2007_000033.JPG'), '');
    expect(await patchImage(folder, '2007_000033')).toBe(join(folder, '2007_000033.JPG'));
  });

  it('is found by its file name or path', async () => {
    const path = join(folder, 'boat.png');
    writeFileSync(path, '');
    expect(await patchImage(folder, 'boat.png')).toBe(path);
    expect(await patchImage(null, path)).toBe(path);
  });

  it('may be gone', async () => {
    expect(await patchImage(folder, 'gone')).toBeNull();
    expect(await patchImage(null, 'gone')).toBeNull();
  });
});

it('a watched file is meant literally', () => {
  expect(literalGlob('cam {a,b} [1] #?*.onnx')).toBe('cam [{]a,b[}] [[]1[]] #[?][*].onnx');
});

describe('The last words of a process', () => {
  it('are its error, not the stack below', () => {
    const lines = [
      'node:internal/modules/cjs/loader:1228',
      '  throw err;',
      '  ^',
      '',
      "Error: Cannot find module '/x/engine.cjs'",
      '    at Module._resolveFilename (node:internal/modules/cjs/loader:1225:15)',
      "  code: 'MODULE_NOT_FOUND',",
      '}',
      '',
      'Node.js v20.20.2',
    ];
    expect(lastWords(lines)).toBe("Error: Cannot find module '/x/engine.cjs'");
  });

  it('may be none', () => expect(lastWords([])).toBe(''));
});
