/** `npm run bench -- --only panel`: what a redraw of the image panel costs with and without WebGL2, and its opening. */
import { parseArgs } from 'node:util';
import { measureOpening, openingText } from './opening.mjs';
import { measureRedraw, redrawText } from './redraw.mjs';

const { values } = parseArgs({ options: { json: { type: 'boolean', default: false } } });
const redraws = [];
for (const [width, height, canvas] of [
  [1000, 1000, false],
  [1000, 1000, true],
  [4000, 3000, true],
])
  redraws.push({ width, height, canvas, runs: await measureRedraw({ width, height, canvas }) });
const opening = await measureOpening();
if (values.json) console.log(JSON.stringify({ redraws, opening }, null, 2));
else console.log([...redraws.map(redrawText), openingText(opening)].join('\n'));
