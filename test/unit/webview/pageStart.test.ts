import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const webview = join(import.meta.dirname, '..', '..', '..', 'src', 'webview');
const scripts = [
  ...readdirSync(webview).map((page) => join(page, 'main.ts')),
  join('imagePanel', 'exact', 'worker.ts'),
].filter((script) => existsSync(join(webview, script)));

describe('The start of a page', () => {
  it.each(scripts)('says before any validator is made that none is to be compiled: %s', (script) => {
    const [first] =
      /^import '(.*)';$|^import .* from '(.*)';$/m.exec(readFileSync(join(webview, script), 'utf8')) ?? [];
    expect(first).toMatch(/shared\/jitless';$/);
  });
});
