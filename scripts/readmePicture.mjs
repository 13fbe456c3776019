/** `npm run readme:picture`: takes the README's pictures anew, of the packaged extension on the demo study. */
import { join } from 'node:path';
import sharp from 'sharp';
import { build } from './build.mjs';
import { runMain } from './command.mjs';
import { install } from './install.mjs';
import { packageExtension } from './package.mjs';
import { root, testResults } from './project.mjs';
import { testE2e } from './testE2e.mjs';

await runMain(async () => {
  await install();
  await build({ always: true });
  const tally = await testE2e({
    vsix: await packageExtension(),
    grep: 'a picture for the README|The prototype gallery|The triage of seeds|Beside the code',
  });
  if (tally.failed > 0 || tally.passed === 0) return 1;
  const pictures = {
    'readme-panel.png': 'readme-panel.png',
    'gallery.png': 'readme-gallery.png',
    'triage.png': 'readme-triage.png',
    'lenses.png': 'readme-lenses.png',
  };
  for (const [taken, name] of Object.entries(pictures)) {
    // 256 colours are a third of the bytes; the README loads them from the repository.
    await sharp(join(testResults, 'e2e', taken))
      .png({ palette: true, colours: 256, effort: 10, dither: 1 })
      .toFile(join(root, 'media', name));
    console.log(`A picture is in media/${name}.`);
  }
  return 0;
});
