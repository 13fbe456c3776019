/** The prototypes of the shown class in their groups, with what moves all of them at once. */
import { html, nothing, type TemplateResult } from 'lit';
import { guard } from 'lit/directives/guard.js';
import { repeat } from 'lit/directives/repeat.js';
import { moveFocus } from '../shared/roving';
import { card, cardContent, type CardSurroundings } from './card';
import { gateControls } from './gateControls';
import { resetSwitches, switchAllOn, type Prototype } from './model/prototypes';
import type { Scene } from './model/scene';
import type { Panel } from './panel';

interface Group {
  readonly kind: Prototype['fate']['kind'];
  readonly title: string;
  readonly hint: string;
  readonly members: readonly Prototype[];
}

export function strip(panel: Panel, surroundings: CardSurroundings): TemplateResult | typeof nothing {
  const { scene } = panel;
  if (!scene?.header.bank || scene.position < 0) return nothing;
  const { active } = scene;
  const name = scene.activeClass?.name ?? '';
  const all = active.class.length + active.context.length + active.rejected.length;
  if (all === 0) {
    return html`<section class="strip" data-testid="strip">
      <header><h2>Prototypes of ${name}</h2></header>
      <p class="hint">
        The prototype bank has no centres of ${name}: the study’s images do not show the class, or it was
        clustered without it.
      </p>
    </section>`;
  }
  const groups: readonly Group[] = [
    {
      kind: 'class',
      title: 'Class prototypes',
      hint: 'What counts as the class: FG is the mean of their similarity maps',
      members: active.class,
    },
    {
      kind: 'context',
      title: 'Context prototypes',
      hint: 'What is subtracted: BG is the mean of their similarity maps',
      members: active.context,
    },
    {
      kind: 'rejected',
      title: 'Rejected centres',
      hint: 'They pass no gate; switch one on to see what it would do',
      members: active.rejected,
    },
  ];
  // The card that the Tab key reaches: the selected one, else the first.
  const current = scene.selected ?? active.class[0] ?? active.context[0] ?? active.rejected[0] ?? null;
  return html`<section class="strip" aria-label="Prototypes of ${name}" data-testid="strip">
    <header>
      <h2 title="Prototypes of ${name}"><span class="of">Prototypes of</span> ${name}</h2>
      ${gateControls(panel, scene)}
      <span class="spring"></span>
      <vscode-button
        appearance="secondary"
        data-testid="allPrototypes"
        title="Switch every class and context prototype on"
        @click=${() => panel.change({ switches: switchAllOn(panel.view.switches, active) })}
        >All on</vscode-button
      >
      <vscode-button
        appearance="secondary"
        data-testid="resetPrototypes"
        title=${active.switched ? 'Back to what the gates say' : 'Nothing is switched against its gate'}
        ?disabled=${!active.switched}
        @click=${() => panel.change({ switches: resetSwitches(panel.view.switches, active) })}
        >Reset</vscode-button
      >
    </header>
    <div class="groups" @keydown=${onKey}>
      ${groups.map((group) => groupOf(panel, scene, group, current, surroundings))}
    </div>
  </section>`;
}

function onKey(event: KeyboardEvent): void {
  const list = event.currentTarget as HTMLElement;
  // Folded groups are not drawn, so every card found can take the focus.
  moveFocus(event, [...list.querySelectorAll<HTMLElement>('.card > .open')]);
}

function groupOf(
  panel: Panel,
  scene: Scene,
  group: Group,
  current: Prototype | null,
  surroundings: CardSurroundings,
): TemplateResult | typeof nothing {
  const { kind, members, title, hint } = group;
  const on = members.filter((prototype) => prototype.on).length;
  const counts = html`<span class="number" data-testid="count-${kind}"
    >${on === members.length && kind !== 'rejected' ? members.length : `${on} of ${members.length} on`}</span
  >`;
  // One card is as high as all of them: the stage keeps its size when the others come.
  const drawn = panel.painted ? members : members.slice(0, 1);
  const cards = () =>
    html`<ul class="cards">
      ${repeat(
        drawn,
        (prototype) => `${panel.view.bank ?? ''}|${prototype.centre.id}`,
        (prototype) => {
          const first = prototype.row === current?.row;
          return html`<li>
            ${guard(cardContent(panel, scene, prototype, first, surroundings), () =>
              card(panel, scene, prototype, first, surroundings),
            )}
          </li>`;
        },
      )}
    </ul>`;
  if (kind !== 'rejected') {
    return html`<section class="group ${kind}" aria-label=${title}>
      <h3 title=${hint}>${title} ${counts}</h3>
      ${members.length > 0 ? cards() : html`<p class="hint">None.</p>`}
    </section>`;
  }
  if (members.length === 0) return nothing;
  const { rejectedOpen } = panel.view;
  return html`<section class="group rejected" aria-label=${title}>
    <h3 title=${hint}>
      <button
        type="button"
        class="fold"
        data-testid="rejected"
        aria-expanded=${rejectedOpen}
        @click=${() => panel.change({ rejectedOpen: !rejectedOpen })}
      >
        ${title} ${counts}
      </button>
    </h3>
    ${rejectedOpen ? cards() : nothing}
  </section>`;
}
