/** The classes of the image: which one is shown, where each comes from, and adding another. */
import { html, nothing, type TemplateResult } from 'lit';
import { ref } from 'lit/directives/ref.js';
import type { ImageClass } from '../../protocol/explanation';
import { styled } from '../shared/directives';
import { icon } from '../shared/icons';
import { moveFocus } from '../shared/roving';
import { labelColour } from '../shared/picture/labelColour';
import type { Panel } from './panel';

const sources: Readonly<Record<ImageClass['source'], { mark: string; title: string }>> = {
  label: { mark: 'GT', title: 'ground truth: the study’s image-level labels' },
  predicted: { mark: 'predicted', title: 'predicted by the network; the study has no labels for this image' },
  asked: { mark: 'added', title: 'added by you' },
};

export function classChips(panel: Panel): TemplateResult {
  const { scene } = panel;
  const classes = scene?.header.classes ?? [];
  const onKey = (event: KeyboardEvent) => {
    const group = event.currentTarget as HTMLElement;
    const target = moveFocus(event, [...group.querySelectorAll<HTMLElement>('[role=radio]')]);
    const name = target?.dataset['class'];
    if (name !== undefined) panel.change({ className: name });
  };
  return html`<div class="classes">
    <div role="radiogroup" class="chips" aria-label="Class" data-testid="classes" @keydown=${onKey}>
      ${classes.map((one, position) => chip(panel, one, position === scene?.position))}
    </div>
    ${scene ? picker(panel) : nothing}
  </div>`;
}

function chip(panel: Panel, one: ImageClass, chosen: boolean): TemplateResult {
  const { mark, title } = sources[one.source];
  const probability = one.probability.toFixed(3);
  return html`<span class="chip ${chosen ? 'chosen' : ''}">
    <button
      type="button"
      role="radio"
      data-class=${one.name}
      data-testid="class-${one.name}"
      aria-checked=${chosen}
      tabindex=${chosen ? 0 : -1}
      aria-label="${one.name}, ${title}, probability ${probability}"
      title="${one.name}: ${title}. Logit ${one.logit.toFixed(3)} at scale 1, sigmoid ${probability}"
      @click=${() => panel.change({ className: one.name })}
    >
      <i class="swatch" ${styled({ '--swatch': labelColour(one.index + 1) })}></i>
      <span class="name">${one.name}</span>
      <span class="mark ${one.source}">${mark}</span>
      <span class="number">${probability}</span>
    </button>
    ${
      one.source === 'asked'
        ? html`<button
            type="button"
            class="remove"
            data-testid="class-${one.name}-remove"
            aria-label="Remove ${one.name}"
            title="Remove ${one.name}"
            @click=${() => removeClass(panel, one.name)}
          >
            ${icon('close')}
          </button>`
        : nothing
    }
  </span>`;
}

function removeClass(panel: Panel, name: string): void {
  const left = (panel.scene?.header.classes ?? []).filter((one) => one.name !== name);
  // Once nothing added is left, the image's own classes are asked for again, with their marks.
  panel.askClasses(left.every((one) => one.source !== 'asked') ? null : left.map((one) => one.name));
}

/** Class names that can be added and contain what was typed, those that begin with it first. */
function candidates(panel: Panel): readonly string[] {
  const { scene, momentary } = panel;
  if (!scene) return [];
  const taken = new Set(scene.header.classes.map((one) => one.name));
  const wanted = momentary.filter.trim().toLowerCase();
  return scene.header.classNames
    .filter((name) => !taken.has(name) && name.toLowerCase().includes(wanted))
    .sort((a, b) => Number(b.toLowerCase().startsWith(wanted)) - Number(a.toLowerCase().startsWith(wanted)));
}

function picker(panel: Panel): TemplateResult {
  const { pickerOpen } = panel.momentary;
  return html`<div class="picker">
    <vscode-button
      appearance="icon"
      data-testid="class-add"
      aria-label="Add a class"
      title="Explain another class as well"
      aria-expanded=${pickerOpen}
      aria-haspopup="listbox"
      @click=${() => panel.note({ pickerOpen: !pickerOpen, filter: '', picked: 0 })}
      >${icon('add')}</vscode-button
    >
    ${pickerOpen ? popover(panel) : nothing}
  </div>`;
}

function popover(panel: Panel): TemplateResult {
  const { filter } = panel.momentary;
  const names = candidates(panel);
  const picked = Math.min(panel.momentary.picked, names.length - 1);
  const close = () => panel.note({ pickerOpen: false });
  const add = (name: string | undefined) => {
    if (name === undefined) return;
    close();
    panel.change({ className: name });
    panel.askClasses([...(panel.scene?.header.classes ?? []).map((one) => one.name), name]);
  };
  const onKey = (event: KeyboardEvent) => {
    event.stopPropagation();
    if (event.key === 'Escape') close();
    else if (event.key === 'Enter') add(names[picked]);
    else if (event.key === 'ArrowDown') panel.note({ picked: Math.min(picked + 1, names.length - 1) });
    else if (event.key === 'ArrowUp') panel.note({ picked: Math.max(picked - 1, 0) });
    else return;
    event.preventDefault();
  };
  return html`<div class="popover">
    <input
      type="text"
      role="combobox"
      class="filter"
      placeholder="Filter classes"
      data-testid="class-filter"
      aria-label="Class to add"
      aria-expanded="true"
      aria-controls="class-list"
      aria-activedescendant=${picked >= 0 ? `class-option-${picked}` : nothing}
      .value=${filter}
      ${ref(focusOnce)}
      @input=${(event: Event) => panel.note({ filter: (event.target as HTMLInputElement).value, picked: 0 })}
      @keydown=${onKey}
      @blur=${close}
    />
    <ul id="class-list" role="listbox" aria-label="Classes">
      ${names.map(
        (name, i) =>
          html`<li
            id="class-option-${i}"
            role="option"
            data-testid="class-option-${name}"
            aria-selected=${i === picked}
            ${i === picked ? ref(intoView) : nothing}
            @pointerdown=${(event: Event) => {
              // Before the field loses the focus and closes the list.
              event.preventDefault();
              add(name);
            }}
          >
            ${name}
          </li>`,
      )}
      ${names.length === 0 ? html`<li class="none" role="presentation">No class of that name is left.</li>` : nothing}
    </ul>
  </div>`;
}

function focusOnce(element: Element | undefined): void {
  // lit calls before the element is in the page.
  if (element instanceof HTMLElement) queueMicrotask(() => element.focus());
}

function intoView(element: Element | undefined): void {
  element?.scrollIntoView({ block: 'nearest' });
}
