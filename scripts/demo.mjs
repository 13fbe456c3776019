/** Works through the demo study with the command line, as a person would: prototypes, pictures, seeds, scores. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CommandError, run, UserError } from './command.mjs';
import { root } from './project.mjs';
import { scoreTable } from './scoreTable.mjs';

export const demoFolder = join(root, 'demo');
const study = join(demoFolder, 'lpcam.json');
const valList = join(demoFolder, 'ImageSets', 'Segmentation', 'val.txt');
/** How many pictures are written: enough to see every class. */
const pictures = 12;

/**
 * Runs `lpcam`; its progress is shown.
 * @param {...string} args
 * @returns {Promise<any>} what it prints with --json
 * @throws {UserError} when it fails, after its own message
 */
async function lpcam(...args) {
  try {
    const command = [join(root, 'dist', 'lpcam.cjs'), ...args, '--study', study, '--json'];
    return JSON.parse(await run(process.execPath, command, { cwd: root, output: 'captureStdout' }));
  } catch (error) {
    if (error instanceof CommandError)
      throw new UserError(`"lpcam ${args[0]}" failed; its message is above.`);
    throw error;
  }
}

/** @returns {string[]} some images of the val list, evenly spread */
function someImages() {
  const ids = readFileSync(valList, 'utf8')
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
  const step = Math.max(1, Math.floor(ids.length / pictures));
  return ids
    .filter((_, index) => index % step === 0)
    .slice(0, pictures)
    .map((id) => join(demoFolder, 'JPEGImages', `${id}.jpg`));
}

/**
 * Clusters the prototypes, writes pictures and seeds to demo/out and prints the scores.
 * @throws {UserError} when a step fails
 */
export async function workThroughDemo() {
  const out = join(demoFolder, 'out');
  console.log('\n== Prototypes');
  await lpcam('prototypes');
  console.log('\n== Pictures');
  await lpcam('explain', ...someImages(), '--out', join(out, 'pictures'));
  console.log(`CAM and LPCAM of ${pictures} images are in ${join(out, 'pictures')}.`);
  console.log('\n== Seeds');
  /** @type {Record<string, import('./scoreTable.mjs').Evaluation>} */
  const evaluations = {};
  for (const method of ['cam', 'lpcam']) {
    const seeds = join(out, 'seeds', method);
    // Anew each time: old seeds may be of another checkpoint or bank, which seeds refuses to mix.
    await lpcam('seeds', '--method', method, '--list', valList, '--out', seeds, '--force');
    evaluations[method.toUpperCase()] = await lpcam(
      'evaluate',
      seeds,
      ...['--masks', join(demoFolder, 'SegmentationClass'), '--list', valList, '--sweep'],
    );
  }
  console.log('\n== Scores of the seeds on the val list, in percent\n');
  console.log(scoreTable(evaluations));
}
