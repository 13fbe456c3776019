/** What was scored: the warnings at once, all of it on request. */
import { html, nothing, type TemplateResult } from 'lit';
import type { ScoreFact } from '../../protocol/score';
import { icon } from '../shared/icons';

export interface CardFolder {
  /** "A", "B"; empty for the only one. */
  readonly mark: string;
  readonly path: string;
  readonly facts: readonly ScoreFact[];
}

function factRow({ name, text, tone }: ScoreFact): TemplateResult {
  return html`<dt data-tone=${tone}>${tone === 'warning' ? icon('warning') : nothing}${name}</dt>
    <dd data-testid="fact-${name}">${text}</dd>`;
}

/** Facts that two folders share are said once. */
export function scoreCard(
  folders: readonly CardFolder[],
  open: boolean,
  toggle: (open: boolean) => void,
): TemplateResult {
  const warnings = new Set(
    folders.flatMap(({ facts }) => facts.filter(({ tone }) => tone === 'warning').map(({ name }) => name)),
  );
  const [first, ...others] = folders;
  const shared = (first?.facts ?? []).filter(
    (fact) =>
      others.length > 0 &&
      others.every(({ facts }) => facts.some(({ name, text }) => name === fact.name && text === fact.text)),
  );
  const own = ({ facts }: CardFolder) =>
    facts.filter((fact) => !shared.some(({ name }) => name === fact.name));
  return html`<details
    class="card"
    data-testid="score-card"
    ?open=${open}
    @toggle=${(event: Event) => toggle((event.target as HTMLDetailsElement).open)}
  >
    <summary>
      Score
      card${
        warnings.size > 0
          ? html`<span class="warnings" data-testid="card-warnings"
              >${icon('warning')} look at ${[...warnings].join(', ')}</span
            >`
          : nothing
      }
    </summary>
    ${shared.length > 0 ? html`<dl>${shared.map(factRow)}</dl>` : nothing}
    ${folders.map(
      (folder) =>
        html`${folder.mark === '' ? nothing : html`<h3>${folder.mark}: <span class="path">${folder.path}</span></h3>`}
          <dl>${own(folder).map(factRow)}</dl>`,
    )}
  </details>`;
}
