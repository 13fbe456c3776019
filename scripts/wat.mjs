/** WebAssembly text as a module, for esbuild and for vitest. */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import wabt from 'wabt';

/**
 * Assembles a `.wat` file.
 * @param {string} path
 * @returns {Promise<string>} a JavaScript module with `instantiate()`, which gives the exports of a new instance
 * @throws {Error} that names file and line when it is no valid WebAssembly
 */
async function assembled(path) {
  const { parseWat } = await wabt();
  const module = parseWat(basename(path), await readFile(path, 'utf8'), { simd: true });
  try {
    module.validate();
    const { buffer } = module.toBinary({});
    const base64 = Buffer.from(buffer).toString('base64');
    return `const bytes = Buffer.from('${base64}', 'base64');
export const instantiate = () => new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports;
`;
  } finally {
    module.destroy();
  }
}

/** @type {import('esbuild').Plugin} */
export const esbuildWat = {
  name: 'wat',
  setup(build) {
    build.onLoad({ filter: /\.wat$/ }, async ({ path }) => ({
      contents: await assembled(path),
      loader: 'js',
      watchFiles: [path],
    }));
  },
};

/** @type {import('vitest/config').Plugin} */
export const vitestWat = {
  name: 'wat',
  async load(id) {
    return id.endsWith('.wat') ? { code: await assembled(id), map: null } : null;
  },
};
