/** How programs for Node are bundled, for the package, for the tests and for the benchmark alike. */
import { createRequire } from 'node:module';
import { englishZod } from './englishZod.mjs';
import { esbuildWat } from './wat.mjs';

/** @type {import('esbuild').BuildOptions} */
export const nodeBuild = {
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  // jsonc-parser's UMD files hide their imports from the bundler; its ES modules do not.
  mainFields: ['module', 'main'],
  /** Its ES module asks for `import.meta`, which a bundle for `require` does not have. */
  alias: { 'web-tree-sitter': createRequire(import.meta.url).resolve('web-tree-sitter') },
  /** Loaded from node_modules at run time: they carry native binaries. */
  external: ['vscode', 'onnxruntime-node', 'sharp'],
  plugins: [esbuildWat, englishZod],
  logLevel: 'warning',
};
