/**
 * `npm run readme:picture`: takes the README's pictures anew, of the packaged extension on the demo study; with names of
 * pictures only those.
 */
import { join } from 'node:path';
import sharp from 'sharp';
import { build } from './build.mjs';
import { runMain } from './command.mjs';
import { install } from './install.mjs';
import { packageExtension } from './package.mjs';
import { root, testResults } from './project.mjs';
import { testE2e } from './testE2e.mjs';

/** Which tests take which picture, and what it is called in media/. */
const pictures = [
  { tests: 'a picture for the README', taken: 'readme-panel.png', name: 'readme-panel.png' },
  { tests: 'The prototype gallery', taken: 'gallery.png', name: 'readme-gallery.png' },
  { tests: 'The triage of seeds', taken: 'triage.png', name: 'readme-triage.png' },
  { tests: 'Beside the code', taken: 'lenses.png', name: 'readme-lenses.png' },
];

await runMain(async () => {
  await install();
  await build({ always: true });
  const vsix = await packageExtension();
  const wanted = process.argv.slice(2);
  for (const { tests, taken, name } of pictures) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    const tally = await testE2e({ vsix, grep: tests });
    if (tally.failed > 0 || tally.passed === 0) return 1;
    // 256 colours are a third of the bytes; the README loads them from the repository.
    await sharp(join(testResults, 'e2e', taken))
      .png({ palette: true, colours: 256, effort: 10, dither: 1 })
      .toFile(join(root, 'media', name));
    console.log(`A picture is in media/${name}.`);
  }
  return 0;
});
