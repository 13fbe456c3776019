/** `npm run readme:picture`: takes the README's pictures anew, of the packaged extension on the demo study. */
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
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
    grep: 'a picture for the README|The prototype gallery',
  });
  if (tally.failed > 0 || tally.passed === 0) return 1;
  const pictures = { 'readme-panel.png': 'readme-panel.png', 'gallery.png': 'readme-gallery.png' };
  for (const [taken, name] of Object.entries(pictures)) {
    copyFileSync(join(testResults, 'e2e', taken), join(root, 'media', name));
    console.log(`A picture is in media/${name}.`);
  }
  return 0;
});
