/** The catalogue of context that recurs over classes, with what it looks like. */
import { html, nothing, type TemplateResult } from 'lit';
import { exactSlider } from '../shared/exactSlider';
import type { RecurringContext } from '../../lpcam/recurringContext';
import { mostCompared } from '../../protocol/overview';
import { cosine, counted } from '../checkpoint/model/numberText';
import { patchColumns } from '../gallery/cardSize';
import { montage } from '../gallery/montage';
import type { GatedCentre } from '../gallery/model/gatedCentres';
import type { Overview } from './overview';

/** Prototypes of a group that are shown until the person wants all. */
export const membersShown = 8;
const mostNamed = 8;

export function contextSection(overview: Overview): TemplateResult {
  return html`<section class="part" data-testid="overview-context" aria-labelledby="context-heading">
    <header>
      <h3 id="context-heading">Context that recurs over classes</h3>
      <p class="hint">
        Each group is one context prototype and all whose cosine with it exceeds the slider’s value, of two
        classes or more.
      </p>
    </header>
    ${content(overview)}
  </section>`;
}

function content(overview: Overview): TemplateResult {
  const { recurring, gated, gallery } = overview;
  if (!recurring)
    return html`<p class="nothing">
      The bank holds more than ${mostCompared} background centres: too many to compare all with each other.
    </p>`;
  if (gated.counts.context === 0)
    return html`<p class="nothing">
      ${
        gated.counts.background === 0
          ? 'The bank holds no background centres, so no context recurs.'
          : 'No background centre passes the context gates, so no context recurs. Move the gates above.'
      }
    </p>`;
  const shown = recurring.slice(0, overview.groupsShown);
  return html`${threshold(overview, recurring)}
  ${
    recurring.length === 0
      ? html`<p class="nothing" data-testid="context-none">
          No two context prototypes of different classes are that much alike. Lower the slider.
        </p>`
      : html`<ol class="groups" data-testid="context-groups">
          ${shown.map((group) => groupView(overview, group, gallery.opened?.classNames ?? []))}
        </ol>`
  }
  ${
    recurring.length > shown.length
      ? html`<p class="more">
          <button
            type="button"
            class="link"
            data-testid="context-more"
            @click=${() => overview.showMoreGroups()}
          >
            Show more of ${counted(recurring.length, 'group')}
          </button>
        </p>`
      : nothing
  }`;
}

function threshold({ view, change, gated }: Overview, groups: readonly RecurringContext[]): TemplateResult {
  const members = groups.reduce((sum, group) => sum + group.members.length, 0);
  return html`<div class="gates threshold">
    ${exactSlider(
      'Cosine above',
      'context-threshold',
      view.threshold,
      'Two context prototypes are alike when their cosine exceeds this',
      (value) => change({ threshold: value }),
    )}
    <output class="number pass" data-testid="context-count"
      >${counted(groups.length, 'group')} · ${members} of
      ${counted(gated.counts.context, 'context prototype')}</output
    >
  </div>`;
}

function groupView(
  overview: Overview,
  { members, classes }: RecurringContext,
  classNames: readonly string[],
): TemplateResult {
  const names = classes.map((index) => classNames[index] ?? `class ${index}`);
  const key = members[0]?.id ?? -1;
  const shown = overview.unfolded.has(key) ? members : members.slice(0, membersShown);
  const rest = names.length - mostNamed;
  return html`<li class="group" data-testid="context-group-${key}" data-classes=${classes.length}>
    <h4 title=${names.join(', ')}>
      ${names.slice(0, mostNamed).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}
      <span class="hint number"
        >${counted(classes.length, 'class').replace(/classs$/, 'classes')} ·
        ${counted(members.length, 'prototype')}</span
      >
    </h4>
    <div class="tiles">
      ${shown.map(({ id, cosine: alike }, place) => {
        const one = overview.centres.get(id);
        return one ? tile(overview, one, place === 0 ? null : alike) : nothing;
      })}
      ${
        members.length > shown.length
          ? html`<button type="button" class="link" @click=${() => overview.unfold(key)}>
              ${members.length - shown.length} more
            </button>`
          : nothing
      }
    </div>
  </li>`;
}

function tile(overview: Overview, one: GatedCentre, alike: number | null): TemplateResult {
  const { centre, className } = one;
  return html`<div class="tile" data-testid="context-${centre.id}">
    <div class="tile-title">
      <button
        type="button"
        class="link cut"
        title="Open #${centre.id} of ${className} in Prototypes"
        @click=${() => overview.open(centre.id)}
      >
        #${centre.id} ${className}</button
      ><span
        class="number hint"
        title=${alike === null ? 'The others are compared with this one' : 'Cosine with the first of the group'}
        >${alike === null ? 'first' : cosine(alike)}</span
      >
    </div>
    ${montage(overview.gallery, one, { rows: Math.ceil(4 / patchColumns), reachable: true, canvas: true })}
  </div>`;
}
