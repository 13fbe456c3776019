/**
 * `npm test`: installs what is missing, then runs every check there is. All steps run even when one fails; the
 * last line counts the tests of all of them. `npm test host` runs one step, `npm test e2e -- --grep TEXT` only
 * the tests whose title contains the text.
 */
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from './build.mjs';
import { CommandError, run, runMain, UserError } from './command.mjs';
import { install } from './install.mjs';
import { packageExtension } from './package.mjs';
import { root, testResults } from './project.mjs';
import { noTests, sum, tallyLine, vitestTally } from './tally.mjs';
import { testE2e } from './testE2e.mjs';
import { testHost } from './testHost.mjs';

/** @typedef {import('./tally.mjs').Tally} Tally */

/**
 * Runs a tool of node_modules with this Node.
 * @param {string} script within node_modules
 * @param {...string} args
 */
const tool = (script, ...args) =>
  run(process.execPath, [join(root, 'node_modules', script), ...args], { cwd: root });

/**
 * Runs checks that are no tests, all of them.
 * @param {Record<string, () => Promise<unknown>>} checks
 * @returns {Promise<Tally>} one failed test for each check that fails
 */
async function check(checks) {
  const tally = noTests();
  for (const [name, work] of Object.entries(checks)) {
    try {
      await work();
      console.log(`  passed   ${name}`);
    } catch (error) {
      if (!(error instanceof CommandError || error instanceof UserError)) throw error;
      console.log(`  FAILED   ${name}: ${error.message}`);
      tally.failed++;
    }
  }
  return tally;
}

const types = () =>
  check({
    'types of the extension, engine and command line': () => tool('typescript/bin/tsc', '-p', '.'),
    'types of the webviews': () => tool('typescript/bin/tsc', '-p', 'src/webview'),
    'types of the scripts and end-to-end tests': () => tool('typescript/bin/tsc', '-p', 'test/e2e'),
  });

const lint = () =>
  check({
    eslint: () => tool('eslint/bin/eslint.js', '.'),
    prettier: () => tool('prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.'),
    knip: () => tool('knip/bin/knip.js'),
  });

/** @param {string | undefined} grep */
async function unit(grep) {
  const report = join(testResults, 'vitest.json');
  rmSync(report, { force: true });
  const args = ['run', 'test/unit', 'test/golden', '--reporter=default', '--reporter=json'];
  try {
    await tool('vitest/vitest.mjs', ...args, `--outputFile.json=${report}`, ...(grep ? ['-t', grep] : []));
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
  }
  return vitestTally(report);
}

/** @param {string | undefined} grep */
async function e2e(grep) {
  return testE2e({ vsix: await packageExtension(), grep });
}

/** @type {Record<string, {title: string, run: (grep: string | undefined) => Promise<Tally>}>} */
const steps = {
  types: { title: 'Types', run: types },
  lint: { title: 'Lint', run: lint },
  unit: { title: 'Unit and golden tests', run: unit },
  host: { title: 'Tests inside the extension host', run: (grep) => testHost({ grep }) },
  e2e: { title: 'End-to-end tests of the packaged extension', run: e2e },
};

/** @param {number} since @returns {string} */
const seconds = (since) => `${((Date.now() - since) / 1000).toFixed(1)} s`;

/** @returns {{names: string[], grep: string | undefined}} */
function chosenSteps() {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { grep: { type: 'string' } },
  });
  const unknown = positionals.find((name) => !(name in steps));
  if (unknown) throw new UserError(`There is no step "${unknown}", only ${Object.keys(steps).join(', ')}.`);
  return { names: positionals.length > 0 ? positionals : Object.keys(steps), grep: values.grep };
}

/**
 * @param {string} name
 * @param {string | undefined} grep
 * @returns {Promise<Tally>} one failed test when the step itself breaks
 */
async function runStep(name, grep) {
  const step = steps[name];
  if (!step) throw new Error(`no step ${name}`);
  console.log(`\n== ${step.title}`);
  const started = Date.now();
  let tally;
  try {
    tally = await step.run(grep);
  } catch (error) {
    console.log(`  FAILED   ${error instanceof UserError ? error.message : String(error)}`);
    if (error instanceof Error && !(error instanceof UserError)) console.log(error.stack);
    tally = { ...noTests(), failed: 1 };
  }
  console.log(`-- ${step.title}: ${tallyLine(tally)} (${seconds(started)})`);
  return tally;
}

await runMain(async () => {
  const { names, grep } = chosenSteps();
  const started = Date.now();
  mkdirSync(testResults, { recursive: true });
  const installed = await check({ 'installation of the packages': install });
  if (installed.failed > 0) {
    console.log(tallyLine(installed));
    return 1;
  }
  const tallies = [];
  if (names.some((name) => name === 'host' || name === 'e2e' || name === 'unit')) {
    console.log('\n== Build');
    tallies.push(await check({ build: () => build({ always: true }) }));
  }
  for (const name of names) tallies.push(await runStep(name, grep));
  if (!existsSync(join(root, '..', 'shared', 'golden'))) {
    console.log('\nThe tests against the reference numbers were skipped: there is no ../shared/golden.');
  }
  const total = sum(tallies);
  console.log(`\nAll steps took ${seconds(started)}.`);
  console.log(tallyLine(total));
  return total.failed > 0 ? 1 : 0;
});
