/** Bundles the tests that run outside vitest: each test file becomes one file in dist-test/. */
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root, testBundles } from './project.mjs';

/**
 * @param {'host' | 'e2e'} kind
 * @returns {Promise<string>} the folder with suite.cjs or suite.mjs and the test files
 */
export async function bundleTests(kind) {
  const { build } = await import('esbuild');
  const sources = join(root, 'test', kind);
  const outdir = join(testBundles, kind);
  rmSync(outdir, { recursive: true, force: true });
  const names = readdirSync(sources).filter((name) => name === 'suite.ts' || name.endsWith('.test.ts'));
  await build({
    entryPoints: names.map((name) => join(sources, name)),
    outdir,
    bundle: true,
    platform: 'node',
    // VS Code loads its suite by require; the end-to-end tests share modules with scripts/.
    format: kind === 'host' ? 'cjs' : 'esm',
    outExtension: { '.js': kind === 'host' ? '.cjs' : '.mjs' },
    target: 'node20',
    packages: 'external',
    external: ['vscode'],
    sourcemap: 'inline',
    logLevel: 'warning',
  });
  return outdir;
}
