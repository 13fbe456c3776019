/** The same image under both banks: first, second, and what lies between them, with one zoom and one cursor. */
import { html, nothing, type TemplateResult } from 'lit';
import type { BankComparison, ComparedSide } from '../../protocol/comparison';
import type { Failure } from '../../protocol/failure';
import { colourBar } from '../imagePanel/colourBar';
import { value } from '../imagePanel/model/figureText';
import type { Zoom } from '../shared/picture/viewport';
import type { Pane, PaneListener, PaneView, Pixel } from '../shared/picture/pane';
import { styled } from '../shared/directives';
import { icon } from '../shared/icons';
import type { CompareView } from './compareView';
import { pairLayer, type ImagePair, type PairMap, type PairMaps, type SideMap } from './imagePair';

export interface ImageSection {
  readonly comparison: BankComparison;
  readonly pair: ImagePair;
  readonly view: CompareView;
  readonly picture: HTMLCanvasElement | null;
  readonly zoom: Zoom;
  readonly cursor: Pixel | null;
  readonly listener: PaneListener;
  readonly change: (patch: Partial<CompareView>) => void;
  readonly command: (command: 'chooseImage' | 'retryImage' | 'showLog') => void;
  readonly useClass: (className: string) => void;
  readonly fit: () => void;
}

const parts = ['first', 'second', 'difference'] as const;
type Part = (typeof parts)[number];

const nameOf = (path: string) => path.split(/[\\/]/).at(-1) ?? path;

export function imageSection(section: ImageSection): TemplateResult {
  const { comparison, pair, view } = section;
  const { opening, failure, header } = pair;
  const className = pair.shownClass(view.imageClass);
  const kind = shownMap(section);
  const maps = className === null ? null : pair.maps(kind, className, comparison.gates);
  return html`<section
    class="image-pair"
    aria-label="The same image under both"
    data-testid="image-pair"
    data-busy=${pair.busy}
    data-image=${opening?.image ?? nothing}
  >
    <h2>The same image under both</h2>
    ${tools(section, className, kind)} ${failure ? failed(section, failure) : nothing}
    ${
      failure
        ? nothing
        : html`<div class="pair-panes">${parts.map((part) => figure(section, part, maps))}</div>
            ${header && maps ? readout(section, maps) : nothing}`
    }
  </section>`;
}

/** CAMs of one network are the same, whatever its bank: there is nothing to compare. */
function shownMap({ pair, view }: ImageSection): PairMap {
  return pair.opening?.sameNetwork === true ? 'lpcam' : view.map;
}

function tools(section: ImageSection, className: string | null, kind: PairMap): TemplateResult {
  const { pair, view, change, comparison } = section;
  const { opening, header } = pair;
  const same = opening?.sameNetwork === true;
  const image = opening?.image ?? null;
  const own = header?.classes.map(({ name }) => name) ?? [];
  const compared = [...new Set(comparison.pairs.map((one) => one.className))].filter(
    (name) => !own.includes(name),
  );
  const option = (name: string) =>
    html`<option value=${name} ?selected=${name === className}>${name}</option>`;
  const choose = (event: Event) => {
    const name = (event.target as HTMLSelectElement).value;
    change({ imageClass: name });
    if (!own.includes(name)) section.useClass(name);
  };
  return html`<div class="pair-tools">
    <vscode-button
      appearance="secondary"
      data-testid="choose-image"
      @click=${() => section.command('chooseImage')}
      >Choose image…</vscode-button
    >
    <span class="cut" title=${image ?? ''} data-testid="pair-image"
      >${image === null ? '' : nameOf(image)}</span
    >
    <label
      >Class
      <select data-testid="image-class" ?disabled=${className === null} @change=${choose}>
        <optgroup label="In this image">${own.map(option)}</optgroup>
        ${compared.length > 0 ? html`<optgroup label="Other classes">${compared.map(option)}</optgroup>` : nothing}
      </select></label
    >
    <label
      title=${same ? 'Both banks are of one checkpoint: its CAM is the same under both' : 'What is compared'}
      >Map
      <select
        data-testid="pair-map"
        ?disabled=${same}
        @change=${(event: Event) =>
          change({ map: (event.target as HTMLSelectElement).value === 'cam' ? 'cam' : 'lpcam' })}
      >
        <option value="lpcam" ?selected=${kind === 'lpcam'}>LPCAM</option>
        <option value="cam" ?selected=${kind === 'cam'}>CAM</option>
      </select></label
    >
    <label
      >Overlay
      <input
        type="range"
        min="0"
        max="1"
        step="0.05"
        data-testid="pair-opacity"
        .value=${String(view.opacity)}
        @input=${(event: Event) => change({ opacity: (event.target as HTMLInputElement).valueAsNumber })}
    /></label>
    <span class="zoom" role="group" aria-label="Zoom">
      ${zoomButton('zoomIn', 'Zoom in', zoomBy(1.5))} ${zoomButton('zoomOut', 'Zoom out', zoomBy(1 / 1.5))}
      ${zoomButton('fit', 'Fit the image', section.fit)}
    </span>
  </div>`;
}

/** Zooms the first pane around its middle; the others follow. */
function zoomBy(factor: number): (event: Event) => void {
  return (event) => {
    const pane = (event.currentTarget as HTMLElement)
      .closest('.image-pair')
      ?.querySelector<Pane>('lpcam-pane');
    pane?.zoomBy(factor);
  };
}

function zoomButton(
  name: 'zoomIn' | 'zoomOut' | 'fit',
  title: string,
  act: (event: Event) => void,
): TemplateResult {
  return html`<button
    type="button"
    class="tool"
    title=${title}
    aria-label=${title}
    data-testid="pair-${name}"
    @click=${act}
  >
    ${icon(name)}
  </button>`;
}

function figure(section: ImageSection, part: Part, maps: PairMaps | null): TemplateResult {
  const { picture, view, zoom, cursor, listener, pair } = section;
  const layer = maps ? pairLayer(maps, part) : ({ kind: 'none' } as const);
  const failure = part === 'difference' ? null : pair.side(part).failure;
  const paneView: PaneView | null = picture && {
    content: { picture, layer, opacity: view.opacity, outlines: [] },
    zoom,
    cursor,
  };
  const title = titleOf(section, part);
  return html`<figure data-testid="pair-${part}" data-layer=${layer.kind}>
    <figcaption title=${title.path}><b>${title.name}</b> <span class="hint">${title.facts}</span></figcaption>
    ${
      failure
        ? failed(section, failure)
        : paneView === null
          ? html`<div class="pair-frame skeleton"></div>`
          : html`<lpcam-pane
              class="pair-frame"
              tabindex="0"
              role="application"
              aria-roledescription="picture"
              aria-label="${title.name}. Arrow keys move a cursor that reads values, with Shift by 10 pixels; with Control they pan."
              data-testid="pair-stage-${part}"
              ${styled({ '--aspect': String((picture?.width ?? 4) / (picture?.height ?? 3)) })}
              .listener=${listener}
              .view=${paneView}
            >
              <canvas data-testid="pair-canvas-${part}"></canvas>
              <canvas class="pointer" aria-hidden="true"></canvas>
              ${
                layer.kind === 'none' && pair.busy
                  ? html`<span class="waiting"
                      ><i class="spinner" aria-hidden="true"></i>Waiting for the first maps</span
                    >`
                  : nothing
              }
            </lpcam-pane>`
    }
    ${layer.kind === 'heat' ? colourBar(layer, null) : nothing}
    ${part === 'difference' ? nothing : notes(section, part, maps?.[part] ?? null)}
  </figure>`;
}

function titleOf(
  { comparison, pair }: ImageSection,
  part: Part,
): { readonly name: string; readonly facts: string; readonly path: string } {
  if (part === 'difference') return { name: 'Second − first', facts: 'red: more in the second', path: '' };
  const checkpoint = pair.opening?.checkpoints?.[part];
  return {
    name: `${part === 'first' ? 'First' : 'Second'}: ${nameOf(comparison[part].path)}`,
    facts: checkpoint === undefined ? '' : nameOf(checkpoint),
    path: comparison[part].path,
  };
}

/** What made the map, and what a person must know about it. */
function notes({ pair }: ImageSection, side: ComparedSide, made: SideMap | null): TemplateResult {
  const texts = (pair.side(side).header?.notices ?? [])
    .filter(({ kind }) => kind === 'bank-of-other-checkpoint')
    .map(({ message }) => message);
  if (made?.notices.includes('no-class-prototype') === true)
    texts.push('No foreground centre passes the gate: the one of largest p stands in.');
  if (made?.notices.includes('no-context-prototype') === true)
    texts.push('No background centre passes the gates: nothing is subtracted.');
  if (made?.dead === true) texts.push('Nothing lies above zero: the map is empty.');
  const scales = pair.side(side).header?.settings.inference.scales.length ?? 0;
  const { prototypes } = made ?? { prototypes: null };
  return html`<div class="pair-notes">
    ${
      prototypes
        ? html`<p class="hint" data-testid="pair-count-${side}">
            ${prototypes.classRows.length} class, ${prototypes.contextRows.length} context prototypes
          </p>`
        : nothing
    }
    ${
      made && made.scales < scales && pair.busy
        ? html`<p class="hint">preview: ${made.scales} of ${scales} scales</p>`
        : nothing
    }
    ${texts.map((text) => html`<p class="note">${icon('info')} <span>${text}</span></p>`)}
  </div>`;
}

/** Values under the cursor, or the difference as a whole. */
function readout({ pair, cursor }: ImageSection, maps: PairMaps): TemplateResult {
  const { difference, first, second } = maps;
  return html`<p class="number" data-testid="pair-readout">
    ${
      cursor && pair.header
        ? html`row ${cursor.row}, column ${cursor.column}: first ${value(at(first?.map, cursor, maps))} ·
          second ${value(at(second?.map, cursor, maps))} · difference
          ${value(at(difference?.map, cursor, maps))}`
        : difference
          ? html`mean absolute difference <span data-testid="pair-mean">${value(difference.mean)}</span>,
              largest ${value(difference.largest)}`
          : ''
    }
    ${maps.size === 'strided' ? html`<span class="hint">(maps of a quarter of each side: the image is large)</span>` : nothing}
  </p>`;
}

/** A map's value at a pixel of the image. */
function at(
  map: Float32Array | undefined,
  { row, column }: Pixel,
  { size, width, height }: PairMaps,
): number | null {
  if (!map) return null;
  const step = size === 'strided' ? 4 : 1;
  const y = Math.min(Math.floor(row / step), height - 1);
  const x = Math.min(Math.floor(column / step), width - 1);
  return map[y * width + x] ?? null;
}

/** What is read at a pixel, for the ear. */
export function spokenPixel(section: ImageSection, cursor: Pixel): string {
  const { pair, view, comparison } = section;
  const className = pair.shownClass(view.imageClass);
  const maps = className === null ? null : pair.maps(shownMap(section), className, comparison.gates);
  if (!maps) return '';
  const [first, second] = [at(maps.first?.map, cursor, maps), at(maps.second?.map, cursor, maps)];
  return `Row ${cursor.row}, column ${cursor.column}: first ${value(first)}, second ${value(second)}`;
}

function failed({ command }: ImageSection, { message }: Failure): TemplateResult {
  return html`<div class="pair-failure" role="alert" data-testid="pair-failure">
    <p class="message">${icon('error')} ${message}</p>
    <div class="buttons">
      <vscode-button data-testid="pair-retry" @click=${() => command('retryImage')}>Retry</vscode-button>
      <vscode-button appearance="secondary" @click=${() => command('showLog')}>Show log</vscode-button>
    </div>
  </div>`;
}
