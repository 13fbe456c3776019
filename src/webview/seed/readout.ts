/** What lies under the cursor: the values of every map, and the labels. */
import { html, nothing, type TemplateResult } from 'lit';
import { styled } from '../shared/directives';
import { value } from '../imagePanel/model/figureText';
import { labelColour } from '../shared/picture/labelColour';
import { labelName } from '../imagePanel/model/reading';
import type { Pixel } from '../shared/picture/pane';
import type { SeedScene } from './model/seedScene';
import type { SeedPicture } from './picture';

/** Classes whose values are listed, strongest first. */
const mostListed = 6;

interface Reading {
  readonly rgb: readonly number[] | null;
  readonly maps: readonly { readonly name: string; readonly value: number }[];
  readonly seed: number | null;
  readonly mask: number | null;
}

function readingAt(scene: SeedScene, picture: SeedPicture | null, { row, column }: Pixel): Reading {
  const { seed } = scene;
  const { width, height, content, mask } = seed;
  const side = scene.size?.width ?? 0;
  const at = row * width + column;
  const inside = row < height && column < width;
  const rgb = picture?.pixels?.slice((row * side + column) * 4, (row * side + column) * 4 + 3) ?? null;
  const maps: { name: string; value: number }[] = [];
  if (inside && content.kind === 'maps') {
    content.keys.forEach((key, i) =>
      maps.push({ name: scene.nameOf(key), value: content.maps[i]?.[at] ?? NaN }),
    );
    maps.sort((a, b) => b.value - a.value);
    maps.splice(mostListed);
    if (content.background !== null) maps.push({ name: 'background', value: content.background[at] ?? NaN });
  }
  if (inside && content.kind === 'saliency') maps.push({ name: 'value', value: content.map[at] ?? NaN });
  return {
    rgb: rgb === null ? null : [...rgb],
    maps,
    seed: inside ? (scene.labels?.[at] ?? null) : null,
    mask: mask !== null && scene.mask !== null ? (mask.labels[at] ?? null) : null,
  };
}

export function readout(scene: SeedScene, picture: SeedPicture | null, cursor: Pixel | null): TemplateResult {
  const reading = cursor && readingAt(scene, picture, cursor);
  return html`<section class="readout" aria-label="Under the cursor" data-testid="readout">
    ${
      reading !== null && cursor !== null
        ? html`<dl>
            ${field('x, y', `${cursor.column}, ${cursor.row}`, 'position')}
            ${reading.rgb === null ? nothing : field('RGB', reading.rgb.join(' '), 'rgb')}
            ${reading.maps.map(({ name, value: number }) => field(name, value(number), `map-${name}`))}
            ${label('seed', reading.seed, scene)} ${label('mask', reading.mask, scene)}
          </dl>`
        : html`<span class="hint"
            >Point at a picture, or focus it and press an arrow key, to read values.</span
          >`
    }
  </section>`;
}

/** The reading in a sentence, for those who hear it. */
export function spokenReading(scene: SeedScene, picture: SeedPicture | null, cursor: Pixel): string {
  const { maps, seed, mask } = readingAt(scene, picture, cursor);
  const parts = [`column ${cursor.column}, row ${cursor.row}`];
  for (const { name, value: number } of maps) parts.push(`${name} ${value(number)}`);
  if (seed !== null) parts.push(`seed ${labelName(scene.classNames, seed)}`);
  if (mask !== null) parts.push(`mask ${labelName(scene.classNames, mask)}`);
  return parts.join(', ');
}

function field(name: string, text: unknown, testId: string): TemplateResult {
  return html`<div>
    <dt>${name}</dt>
    <dd data-testid="reading-${testId}">${text}</dd>
  </div>`;
}

function label(name: string, id: number | null, scene: SeedScene): TemplateResult | typeof nothing {
  if (id === null) return nothing;
  const text = html`<i class="swatch" ${styled({ '--swatch': labelColour(id) })}></i
    ><span class="label">${labelName(scene.classNames, id)} (${id})</span>`;
  return field(name, text, name);
}
