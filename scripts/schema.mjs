/**
 * Writes media/lpcam.schema.json, the JSON schema of lpcam.json that VS Code completes and checks by, from its one
 * definition in src/protocol/studyFile.ts. `node scripts/schema.mjs --check` only says whether it is up to date.
 */
import { build } from 'esbuild';
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { format } from 'prettier';

const root = fileURLToPath(new URL('..', import.meta.url));
const target = fileURLToPath(new URL('../media/lpcam.schema.json', import.meta.url));

/** The schema's text as the file should hold it. */
async function schemaText() {
  const { outputFiles } = await build({
    stdin: {
      contents: `
        import * as z from 'zod';
        import { studyFileSchema } from './src/protocol/studyFile';
        export const schema = z.toJSONSchema(studyFileSchema, { target: 'draft-7' });`,
      resolveDir: root,
      loader: 'ts',
    },
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    logLevel: 'warning',
  });
  const code = Buffer.concat(outputFiles.map(({ contents }) => contents)).toString('base64');
  const { schema } = await import(`data:text/javascript;base64,${code}`);
  // Comments and trailing commas are read without complaint, so the editor should not complain either.
  const text = JSON.stringify({ ...schema, allowComments: true, allowTrailingCommas: true });
  return format(text, { parser: 'json', printWidth: 110 });
}

const text = await schemaText();
if (process.argv.includes('--check')) {
  const held = await readFile(target, 'utf8').catch(() => '');
  if (held !== text) {
    process.stderr.write('media/lpcam.schema.json is stale: run node scripts/schema.mjs\n');
    process.exitCode = 1;
  }
} else await writeFile(target, text);
