/** What a seed file is: dialect, arrays, size, image, and what was taken for granted. */
import { html, nothing, type TemplateResult } from 'lit';
import { dialectTitles } from '../../lpcam/seedDialects';
import { readAsChoices, type ReadAs, type ShownSeed } from '../../protocol/seed';
import { icon } from '../shared/icons';

const holders: Readonly<Record<ShownSeed['fields'][number]['holder'], string>> = {
  array: 'array',
  tensor: 'torch tensor',
  list: 'list',
  pixels: 'pixels',
};

/** One line per array; what a dict of classes repeats is said once. */
function fieldLines(fields: ShownSeed['fields']): { name: string; text: string }[] {
  const lines = new Map<string, { names: string[]; text: string }>();
  for (const { name, dtype, shape, holder } of fields) {
    const text = `${holders[holder]} ${dtype} (${shape.join(', ')})`;
    const known = lines.get(text);
    if (known) known.names.push(name);
    else lines.set(text, { names: [name], text });
  }
  return [...lines.values()].map(({ names, text }) => ({ name: names.join(', '), text }));
}

const kinds = { maps: 'of class maps', labels: 'of labels', saliency: 'of soft values' } as const;

/** Arrays and PNGs can be anything: what they are taken for belongs to their name. */
function titleOf({ dialect, content }: ShownSeed): string {
  const title = dialectTitles[dialect];
  return dialect === 'png' || dialect === 'array' ? `${title} ${kinds[content.kind]}` : title;
}

export function facts(seed: ShownSeed, warnings: readonly string[]): TemplateResult {
  return html`<section class="facts" aria-label="The file" data-testid="facts">
    <dl>
      <dt>Format</dt>
      <dd data-testid="dialect" data-dialect=${seed.dialect}>${titleOf(seed)}</dd>
      <dt>Arrays</dt>
      <dd data-testid="fields">
        ${fieldLines(seed.fields).map(
          ({ name, text }) =>
            html`<span class="field">${name === '' ? nothing : html`<code>${name}</code> `}${text}</span>`,
        )}
      </dd>
      <dt>Image</dt>
      <dd class="path" data-testid="image-path">${seed.image ?? seed.withoutImage}</dd>
    </dl>
    ${
      seed.assumption === null
        ? nothing
        : html`<p class="note" data-testid="assumption">${icon('info')} ${seed.assumption}</p>`
    }
    ${warnings.map(
      (text) => html`<p class="note warning" data-testid="warning">${icon('warning')} ${text}</p>`,
    )}
  </section>`;
}

/** A way to say what the file is, where it could be either. */
export function readAsControl(
  seed: ShownSeed,
  readAs: ReadAs,
  choose: (readAs: ReadAs) => void,
): TemplateResult | typeof nothing {
  const plain = seed.dialect === 'png' || (seed.dialect === 'array' && seed.content.kind !== 'maps');
  if (!plain) return nothing;
  const names = { labels: 'labels', saliency: 'a soft map' } as const;
  return html`<label class="select" title="Plain values could be labels or a soft map">
    <span>Read as</span>
    <select
      data-testid="readAs"
      @change=${(event: Event) => {
        const { value } = event.target as HTMLSelectElement;
        choose(readAsChoices.find((choice) => choice === value) ?? null);
      }}
    >
      <option value="" ?selected=${readAs === null}>
        it looks (${names[seed.content.kind === 'labels' ? 'labels' : 'saliency']})
      </option>
      ${readAsChoices.map(
        (choice) => html`<option value=${choice} ?selected=${readAs === choice}>${names[choice]}</option>`,
      )}
    </select>
  </label>`;
}
