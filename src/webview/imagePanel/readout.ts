/** What lies under the cursor, in one place, so that nothing jumps about the picture. */
import { html, nothing, type TemplateResult } from 'lit';
import { styled } from '../shared/directives';
import { percent, value } from './model/figureText';
import { labelColour } from '../shared/picture/labelColour';
import { labelName, type Reading } from './model/reading';
import type { Panel } from './panel';

export function readout(panel: Panel): TemplateResult {
  const { reading } = panel.momentary;
  return html`<section class="readout" aria-label="Under the cursor" data-testid="readout">
    ${
      reading
        ? values(panel, reading)
        : html`<span class="hint"
            >Point at the picture, or focus it and press an arrow key, to read values.</span
          >`
    }
  </section>`;
}

function values(panel: Panel, reading: Reading): TemplateResult {
  const names = panel.scene?.header.classNames ?? [];
  const { row, column, rgb, cam, lpcam, classSimilarity, contextSimilarity, mask, seed, seedFile, best } =
    reading;
  const seedTitle = `Seed of ${reading.seedFrom === 'lpcam' ? 'LPCAM' : 'CAM'}`;
  return html`<dl>
      ${field('x, y', `${column}, ${row}`, 'position', `Column and row, from 0. RGB ${rgb.join(' ')}`)}
      ${field('RGB', rgb.join(' '), 'rgb', 'The network’s input')} ${numeric('CAM', cam, 'cam')}
      ${numeric('LPCAM', lpcam, 'lpcam')}
      ${numeric('FG', classSimilarity, 'class', 'Mean cosine, class prototypes')}
      ${numeric('BG', contextSimilarity, 'context', 'Mean cosine, context prototypes')}
      ${label('seed', seed, names, 'seed', seedTitle)}
      ${label('seed file', seedFile, names, 'seedFile', 'The study’s seed file of the image')}
      ${label('mask', mask, names, 'mask', 'Ground truth')} ${compared(reading, names)}
    </dl>
    ${
      best.length > 0
        ? html`<ol class="best" aria-label="Nearest prototypes" data-testid="reading-best">
            ${best.map(
              ({ prototype, cosine }) =>
                html`<li
                  class=${prototype.fate.kind}
                  title="${prototype.fate.kind} prototype, p ${percent(prototype.centre.p)} %"
                >
                  <b>#${prototype.centre.id}</b> ${prototype.fate.kind}
                  <span class="number">${value(cosine)}</span>
                </li>`,
            )}
          </ol>`
        : nothing
    }`;
}

/** Both compared seeds, and B − A where they are maps. */
function compared({ compared: found }: Reading, names: readonly string[]) {
  if (found === null) return nothing;
  const { first, second, values } = found;
  if (!values)
    return html`${label('A', first, names, 'seedA', 'Seed A')} ${label('B', second, names, 'seedB', 'Seed B')}`;
  return html`${numeric('A', first, 'seedA', 'Seed A’s value')}
  ${numeric('B', second, 'seedB', 'Seed B’s value')}
  ${field('B − A', signedValue(second - first), 'seedDifference', 'Seed B’s value less seed A’s')}`;
}

const signedValue = (number: number) => (number > 0.0005 ? `+${value(number)}` : value(number));

function field(name: string, text: unknown, testId: string, title: string): TemplateResult {
  return html`<div class=${testId} title=${title}>
    <dt>${name}</dt>
    <dd data-testid="reading-${testId}">${text}</dd>
  </div>`;
}

function numeric(name: string, number: number | null, testId: string, title = name) {
  return number === null ? nothing : field(name, value(number), testId, title);
}

function label(name: string, id: number | null, names: readonly string[], testId: string, title: string) {
  if (id === null) return nothing;
  const text = html`<i class="swatch" ${styled({ '--swatch': labelColour(id) })}></i
    ><span class="label">${labelName(names, id)}</span>`;
  return field(name, text, testId, title);
}

/** The reading in a sentence, for those who hear it. */
export function spokenReading(reading: Reading, classNames: readonly string[]): string {
  const parts = [`column ${reading.column}, row ${reading.row}`];
  if (reading.cam !== null) parts.push(`CAM ${value(reading.cam)}`);
  if (reading.lpcam !== null) parts.push(`LPCAM ${value(reading.lpcam)}`);
  if (reading.seed !== null) parts.push(`seed ${labelName(classNames, reading.seed)}`);
  if (reading.mask !== null) parts.push(`mask ${labelName(classNames, reading.mask)}`);
  const pair = reading.compared;
  if (pair?.values === true)
    parts.push(
      `A ${value(pair.first)}`,
      `B ${value(pair.second)}`,
      `B less A ${value(pair.second - pair.first)}`,
    );
  else if (pair)
    parts.push(`A ${labelName(classNames, pair.first)}`, `B ${labelName(classNames, pair.second)}`);
  const [best] = reading.best;
  if (best) parts.push(`nearest prototype ${best.prototype.centre.id}, ${value(best.cosine)}`);
  return parts.join(', ');
}
