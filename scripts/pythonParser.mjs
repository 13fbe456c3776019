/** The files of the Python parser, which is WebAssembly: the runtime and the grammar, side by side. */
import { copyFile, mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** @param {string} folder where the extension looks for them */
export async function copyPythonParser(folder) {
  const { resolve } = createRequire(import.meta.url);
  const files = {
    'web-tree-sitter.wasm': resolve('web-tree-sitter/web-tree-sitter.wasm'),
    'tree-sitter-python.wasm': join(
      dirname(resolve('tree-sitter-python/package.json')),
      'tree-sitter-python.wasm',
    ),
  };
  await mkdir(folder, { recursive: true });
  for (const [name, source] of Object.entries(files)) await copyFile(source, join(folder, name));
}
