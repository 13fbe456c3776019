/** Two banks beside each other: counts per class, the pairs, and the bars that say what a pair is. */
import { html, nothing, render, type TemplateResult } from 'lit';
import { countClasses, countPairs } from '../../lpcam/bankComparison';
import {
  comparePanelVersion,
  type BankComparison,
  type FromComparePanel,
  type ToComparePanel,
} from '../../protocol/comparison';
import type { Failure } from '../../protocol/failure';
import { makePicture, type Picture } from '../imagePanel/picture';
import { fitZoom, type Zoom } from '../shared/picture/viewport';
import type { PaneListener, Pixel } from '../shared/picture/pane';
import { Announcer } from '../shared/announcer';
import { dateOf } from '../shared/dateText';
import type { Host } from '../shared/host';
import { icon } from '../shared/icons';
import { barSliders } from './barSliders';
import { classTable } from './classTable';
import { moveBar, restoreCompareView, type CompareView } from './compareView';
import { ImagePair } from './imagePair';
import { imageSection, spokenPixel, type ImageSection } from './imageSection';
import { pairTable } from './pairTable';

export class ComparePage {
  #view: CompareView;
  #paths: { readonly first: string; readonly second: string } | null = null;
  #comparison: BankComparison | null = null;
  #failure: Failure | null = null;
  #busy = true;
  #frame = 0;
  readonly #announcer = new Announcer();
  readonly #pair = new ImagePair();
  #picture: Picture | null = null;
  /** Of all three panes. */
  #zoom: Zoom = fitZoom;
  #cursor: Pixel | null = null;
  readonly #listener: PaneListener = {
    zoom: (zoom) => {
      this.#zoom = zoom;
      this.#schedule();
    },
    point: (pixel, byKey) => {
      this.#cursor = pixel;
      if (pixel && byKey && this.#comparison)
        this.#announcer.saySoon(spokenPixel(this.#section(this.#comparison), pixel));
      this.#schedule();
    },
    activate: () => undefined,
  };

  constructor(
    private readonly root: HTMLElement,
    private readonly host: Host<FromComparePanel>,
  ) {
    this.#view = restoreCompareView(host.kept);
    root.append(this.#announcer.element);
    this.#schedule();
    host.post({ type: 'ready', version: comparePanelVersion });
  }

  receive(message: ToComparePanel): void {
    switch (message.type) {
      case 'opening':
        this.#paths = { first: message.first, second: message.second };
        this.#busy = true;
        this.#keep();
        break;
      case 'comparison':
        this.#comparison = message.comparison;
        this.#failure = null;
        this.#busy = false;
        this.#say();
        break;
      case 'failed':
        this.#failure = message.failure;
        this.#busy = false;
        break;
      case 'image.opening':
      case 'image.header':
      case 'image.scale':
      case 'image.done':
      case 'image.failed':
        this.#receiveImage(message);
    }
    this.#schedule();
  }

  #receiveImage(message: Parameters<ImagePair['receive']>[0]): void {
    const before = this.#pair.opening?.image;
    try {
      this.#pair.receive(message);
    } catch (error) {
      this.host.post({ type: 'fault', message: error instanceof Error ? error.message : String(error) });
    }
    if (message.type === 'image.opening') {
      this.#picture = null;
      if (message.image === before) return;
      this.#zoom = fitZoom;
      this.#cursor = null;
      this.#keep();
    } else if (message.type === 'image.header') this.#picture ??= makePicture(message.header.image);
  }

  #change(patch: Partial<CompareView>): void {
    this.#view = { ...this.#view, ...patch };
    this.#keep();
    this.#say();
    this.#schedule();
  }

  #keep(): void {
    const image = this.#pair.opening?.image ?? null;
    if (this.#paths) this.host.keep({ version: comparePanelVersion, ...this.#paths, image, ...this.#view });
  }

  #say(): void {
    if (!this.#comparison) return;
    const { matched, drifted, died, born } = countPairs(this.#comparison.pairs, this.#view.bars);
    this.#announcer.saySoon(`${matched} matched, ${drifted} drifted, ${died} died, ${born} born`);
  }

  #schedule(): void {
    if (this.#frame === 0) this.#frame = requestAnimationFrame(() => this.#draw());
  }

  #draw(): void {
    this.#frame = 0;
    const content = html`<div class="compare" data-testid="compare" data-busy=${this.#busy}>
      ${this.#failure ? this.#failureView(this.#failure) : nothing}
      ${
        this.#comparison && !this.#failure
          ? this.#content(this.#comparison)
          : this.#busy
            ? html`<p class="hint" data-testid="compare-opening" aria-busy="true">Comparing the banks…</p>`
            : nothing
      }
    </div>`;
    render(content, this.root, { renderBefore: this.#announcer.element });
  }

  #section(comparison: BankComparison): ImageSection {
    return {
      comparison,
      pair: this.#pair,
      view: this.#view,
      picture: this.#picture?.canvas ?? null,
      zoom: this.#zoom,
      cursor: this.#cursor,
      listener: this.#listener,
      change: (patch) => this.#change(patch),
      command: (command) => this.host.post({ type: 'command', command }),
      useClass: (className) => this.host.post({ type: 'imageClass', className }),
      fit: () => this.#listener.zoom(fitZoom),
    };
  }

  #content(comparison: BankComparison): TemplateResult {
    const { bars, className, rejected } = this.#view;
    const rows = countClasses(comparison.pairs, bars);
    // A bank that changed on disk may have lost the class.
    const shown = rows.some((row) => row.className === className) ? className : null;
    return html`${banks(comparison)}
    ${barSliders(bars, (bar, value) => this.#change({ bars: moveBar(bars, bar, value) }))}
    ${classTable(rows, countPairs(comparison.pairs, bars), shown, (name) =>
      this.#change({ className: name }),
    )}
    ${imageSection(this.#section(comparison))}
    ${pairTable(comparison.pairs, { ...this.#view, className: shown }, () =>
      this.#change({ rejected: !rejected }),
    )}`;
  }

  #failureView({ message }: Failure): TemplateResult {
    return html`<section class="failure" role="alert" data-testid="failure">
      <h2>${icon('error')} The banks could not be compared</h2>
      <p class="message">${message}</p>
      <div class="buttons">
        <vscode-button
          data-testid="retry"
          @click=${() => this.host.post({ type: 'command', command: 'retry' })}
          >Retry</vscode-button
        >
        <vscode-button
          appearance="secondary"
          data-testid="showLog"
          @click=${() => this.host.post({ type: 'command', command: 'showLog' })}
          >Show log</vscode-button
        >
      </div>
    </section>`;
  }
}

function banks({ first, second, gates, gatesOf, notices }: BankComparison): TemplateResult {
  return html`<header data-testid="banks">
    <dl>
      ${[first, second].map(
        (bank, place) =>
          html`<dt>${place === 0 ? 'First' : 'Second'}</dt>
            <dd>
              <span class="path">${bank.path}</span>
              <span class="hint"
                >${bank.centres} centres · checkpoint ${bank.checkpoint ?? 'unknown'} ·
                ${dateOf(bank.created)}</span
              >
              ${
                bank.classesOfItsOwn.length > 0
                  ? html`<p>
                      Not compared, only this bank knows ${bank.classesOfItsOwn.length === 1 ? 'it' : 'them'}:
                      ${bank.classesOfItsOwn.join(', ')}
                    </p>`
                  : nothing
              }
            </dd>`,
      )}
      <dt>Gates</dt>
      <dd>
        class prototype: p &gt; ${gates.class}; context prototype: ${gates.context[0]} &lt; p &lt;
        ${gates.context[1]} <span class="hint">${gatesOf ?? 'of the preset voc: the bank has no study'}</span>
      </dd>
    </dl>
    <ul data-testid="compare-notices">
      ${notices.map(({ message }) => html`<li>${icon('info')} ${message}</li>`)}
    </ul>
  </header>`;
}
