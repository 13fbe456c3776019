/** The panels' icons: 16 x 16, drawn for this project, in the colour of the text. */
import { svg, html, type TemplateResult } from 'lit';

const shapes = {
  split: svg`<path d="M2 2.5h12v11H2z M8 2.5v11" />`,
  single: svg`<path d="M2 2.5h12v11H2z" />`,
  stages: svg`<path d="M1.5 4.5h3.6v7H1.5z M6.2 4.5h3.6v7H6.2z M10.9 4.5h3.6v7h-3.6z" />`,
  zoomIn: svg`<circle cx="7" cy="7" r="4.5" /><path d="M10.4 10.4 14 14 M7 5v4 M5 7h4" />`,
  zoomOut: svg`<circle cx="7" cy="7" r="4.5" /><path d="M10.4 10.4 14 14 M5 7h4" />`,
  reload: svg`<path d="M13 8a5 5 0 1 1-1.6-3.7 M13 1.8v3h-3" />`,
  fit: svg`<path d="M2 6V2h4 M14 6V2h-4 M2 10v4h4 M14 10v4h-4" />`,
  save: svg`<path d="M8 2v8 M4.8 7 8 10.2 11.2 7 M2.5 13.5h11" />`,
  copy: svg`<path d="M5.5 5.5h8v8h-8z M10.5 5.5v-3h-8v8h3" />`,
  help: svg`<circle cx="8" cy="8" r="6" /><path d="M6.2 6.2a1.8 1.8 0 1 1 2.6 1.7c-.5.3-.8.6-.8 1.3 M8 11.2v.6" />`,
  add: svg`<path d="M8 3v10 M3 8h10" />`,
  close: svg`<path d="M4 4l8 8 M12 4l-8 8" />`,
  info: svg`<circle cx="8" cy="8" r="6" /><path d="M8 7.2v4 M8 4.5v.8" />`,
  warning: svg`<path d="M8 2.2 14.5 13.5h-13z M8 6.5v3.5 M8 11.3v.7" />`,
  error: svg`<circle cx="8" cy="8" r="6" /><path d="M5.8 5.8l4.4 4.4 M10.2 5.8l-4.4 4.4" />`,
  pin: svg`<path d="M5.5 2.5h5 M6.5 2.5v4l-2 3h7l-2-3v-4 M8 9.5v4" />`,
  drop: svg`<circle cx="8" cy="8" r="5.5" /><path d="M4.2 4.2l7.6 7.6" />`,
  ascending: svg`<path d="M5 13V3 M2.5 5.5 5 3l2.5 2.5 M10 4h2 M10 8h3 M10 12h4" />`,
  descending: svg`<path d="M5 3v10 M2.5 10.5 5 13l2.5-2.5 M10 4h4 M10 8h3 M10 12h2" />`,
  image: svg`<path d="M2 3h12v10H2z M2 11l3.5-3.5 3 3 2-2L14 12" /><circle cx="10.5" cy="6" r="1" />`,
} as const;

export type IconName = keyof typeof shapes;

/** An icon that says nothing by itself: the control around it carries the label. */
export function icon(name: IconName): TemplateResult {
  return html`<svg
    class="icon"
    viewBox="0 0 16 16"
    width="16"
    height="16"
    aria-hidden="true"
    focusable="false"
  >
    ${shapes[name]}
  </svg>`;
}
