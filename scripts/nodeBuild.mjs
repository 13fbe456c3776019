/** How programs for Node are bundled, for the package, for the tests and for the benchmark alike. */
import { esbuildWat } from './wat.mjs';

/** @type {import('esbuild').BuildOptions} */
export const nodeBuild = {
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  // jsonc-parser's UMD files hide their imports from the bundler; its ES modules do not.
  mainFields: ['module', 'main'],
  /** Loaded from node_modules at run time: they carry native binaries. */
  external: ['vscode', 'onnxruntime-node', 'sharp'],
  plugins: [esbuildWat],
  logLevel: 'warning',
};
