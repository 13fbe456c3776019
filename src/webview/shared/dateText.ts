/** A moment as people write it; its exact form is what a pointer rests on. */
import { html, type TemplateResult } from 'lit';

const format = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

/** @param iso ISO 8601; null: nobody knows. What is no date is shown as it stands. */
function dateText(iso: string | null): string {
  if (iso === null) return 'time unknown';
  const date = new Date(iso);
  return Number.isNaN(date.getTime()) ? iso : format.format(date);
}

export function dateOf(iso: string | null): TemplateResult {
  return iso === null
    ? html`<span>${dateText(iso)}</span>`
    : html`<time datetime=${iso} title=${iso}>${dateText(iso)}</time>`;
}
