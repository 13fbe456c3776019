/**
 * `npm run bench`: how long a picture takes, part by part, how long clustering does, what opening a
 * checkpoint of weights takes, one image beside PyTorch, k-means beside PyTorch and faiss, how clustering grows with a data set, how long a
 * list's seeds take to score, and what a frame costs while the gallery scrolls. Measures, asserts nothing.
 * Options: --json, --repeats N, --no-clustering, --only demo|shared|image|half|checkpoint|list|kmeans|scale|score|gallery|panel|opening|dataset.
 * `--only opening`, what passes between a click and the first map in a real VS Code, runs only when it is asked for.
 * So does `--only dataset`, the figures of docs/scale.md: what an image, and the list of a large data set, costs.
 * The gallery's and the panel's figures as JSON are documents of their own: --only gallery --json.
 */
import { build as bundle } from 'esbuild';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { findBrowser } from './browser.mjs';
import { build } from './build.mjs';
import { run, runMain } from './command.mjs';
import { nodeBuild } from './nodeBuild.mjs';
import { packageExtension } from './package.mjs';
import { root, testBundles } from './project.mjs';
import { testE2e } from './testE2e.mjs';

const { values } = parseArgs({
  strict: false,
  options: { only: { type: 'string' }, json: { type: 'boolean' }, repeats: { type: 'string' } },
});

/** Scrolls through a large gallery in a browser. */
async function gallery() {
  const program = join(root, 'test', 'webview', 'scrolling.mjs');
  const args = [values.json ? '--json' : [], values.repeats ? ['--repeats', String(values.repeats)] : []];
  const env = { ...process.env, CHROME_PATH: await findBrowser() };
  await run(process.execPath, [program, ...args.flat()], { cwd: root, env });
}

/** Moves the image panel's sliders in a browser. */
async function panel() {
  const program = join(root, 'test', 'webview', 'panelBench.mjs');
  const env = { ...process.env, CHROME_PATH: await findBrowser() };
  await run(process.execPath, [program, ...(values.json ? ['--json'] : [])], { cwd: root, env });
}

/** Opens panels of cached images in VS Code, several times. */
async function opening() {
  await build({ always: true });
  process.env.LPCAM_OPENING_REPEATS = String(values.repeats ?? 7);
  const { failed } = await testE2e({
    vsix: await packageExtension(),
    grep: 'Opening an image a second time',
  });
  return failed > 0 ? 1 : 0;
}

await runMain(async () => {
  if (values.only === 'opening') return opening();
  if (values.only === 'gallery') return gallery();
  if (values.only === 'panel') return panel();
  await build();
  const program = join(testBundles, 'bench.cjs');
  const source = (/** @type {string} */ name) => join(root, 'test', 'bench', `${name}.ts`);
  await bundle({
    ...nodeBuild,
    // What is measured by itself runs in a process of its own.
    entryPoints: {
      bench: source('main'),
      kmeansProgram: source('kmeansProgram'),
      scaleProgram: source('scaleProgram'),
      dataSetRun: source('dataSetRun'),
      listProgram: source('listProgram'),
    },
    outdir: testBundles,
    outExtension: { '.js': '.cjs' },
  });
  if (values.only === 'dataset') {
    const [dataSet, list] = ['dataSetRun', 'listProgram'].map((name) => join(testBundles, `${name}.cjs`));
    await run(process.execPath, [dataSet ?? '', root, list ?? ''], { cwd: root });
    return;
  }
  await run(process.execPath, [program, root, ...process.argv.slice(2)], { cwd: root });
  if (values.only === undefined && !values.json) {
    await gallery();
    await panel();
  }
});
