/**
 * `npm run bench`: how long a picture takes, part by part, how long clustering does, and what opening a
 * checkpoint of weights takes. Measures, asserts nothing.
 * Options: --json, --repeats N, --no-clustering, --only demo|shared|checkpoint.
 */
import { build as bundle } from 'esbuild';
import { join } from 'node:path';
import { build } from './build.mjs';
import { run, runMain } from './command.mjs';
import { nodeBuild } from './nodeBuild.mjs';
import { root, testBundles } from './project.mjs';

await runMain(async () => {
  await build();
  const program = join(testBundles, 'bench.cjs');
  await bundle({
    ...nodeBuild,
    entryPoints: [join(root, 'test', 'bench', 'main.ts')],
    outfile: program,
  });
  await run(process.execPath, [program, root, ...process.argv.slice(2)], { cwd: root });
});
