/** The triage panel: the score of a folder of seeds, what was scored, and every image from the worst on. */
import { html, nothing, render, type TemplateResult } from 'lit';
import { thresholdChoice } from '../../lpcam/triage/thresholdChoice';
import type { Failure } from '../../protocol/failure';
import type { Progress } from '../../protocol/progress';
import type { ScoreFact } from '../../protocol/score';
import type { SeedPreview } from '../../protocol/seedPreview';
import { triagePanelVersion, type FromTriagePanel, type ToTriagePanel } from '../../protocol/triagePanel';
import { Announcer } from '../shared/announcer';
import { styled } from '../shared/directives';
import type { Host } from '../shared/host';
import { icon } from '../shared/icons';
import { LateKeep } from '../shared/lateKeep';
import { progressBar } from '../shared/progressBar';
import { classTable, labelCss } from './classTable';
import { confidenceSection } from './confidenceSection';
import { curveSection } from './curveSection';
import { FollowingAside } from './followingAside';
import { headLine, percentText } from './headLine';
import { headings } from './model/columns';
import { csvText, exportedImages, listText } from './model/exported';
import { nothingSelected, selectOne, type Selection } from './model/selection';
import { TriageScene, type FolderScene, type TableScene } from './model/triageScene';
import { restoreTriageView, type ColumnId, type TriageView } from './model/triageView';
import { previewPane } from './previewPane';
import { Previews } from './previews';
import { RowTable } from './rowTable';
import { scatter } from './scatter';
import { scoreCard } from './scoreCard';
import { tableTools } from './tableTools';

export class TriagePage {
  #view: TriageView;
  #paths: { readonly first: string; readonly second: string | null } | null = null;
  #scene: TriageScene | null = null;
  #failure: Failure | null = null;
  #progress: Progress | null = null;
  #busy = true;
  #selection: Selection = nothingSelected;
  #hovered: number | null = null;
  #frame = 0;
  #theme = 0;
  readonly #announcer = new Announcer();
  readonly #aside = new FollowingAside(() => this.#frame !== 0);
  readonly #rows: RowTable;
  readonly #previews: Previews;
  readonly #late = new LateKeep(() => this.#keep());

  constructor(
    private readonly root: HTMLElement,
    private readonly host: Host<FromTriagePanel>,
  ) {
    this.#view = restoreTriageView(host.kept);
    this.#previews = new Previews(
      (id) => host.post({ type: 'preview', id }),
      () => this.#schedule(),
    );
    this.#rows = new RowTable(
      {
        sort: (column) => this.#sort(column),
        select: (selection) => this.#select(selection),
        open: (image) => this.#open(image),
        hover: (image) => this.#hover(image),
        scrolled: (scrollTop) => {
          this.#view = { ...this.#view, scrollTop };
          this.#late.soon();
        },
      },
      this.#view.scrollTop,
    );
    root.append(this.#announcer.element);
    new MutationObserver(() => {
      this.#theme++;
      this.#schedule();
    }).observe(document.body, { attributes: true, attributeFilter: ['class'] });
    this.#schedule();
    host.post({ type: 'ready', version: triagePanelVersion });
  }

  receive(message: ToTriagePanel): void {
    switch (message.type) {
      case 'opening':
        this.#paths = { first: message.first, second: message.second };
        this.#view = { ...this.#view, list: message.list };
        this.#busy = true;
        this.#failure = null;
        this.#keep();
        break;
      case 'progress':
        this.#progress = message.progress;
        break;
      case 'scores':
        this.#arrived(new TriageScene(message.scores));
        break;
      case 'failed':
        this.#failure = message.failure;
        this.#busy = false;
        this.#progress = null;
        break;
      case 'preview':
        this.#previews.arrived(message.id, message.preview, message.message);
        break;
    }
    this.#schedule();
  }

  #arrived(scene: TriageScene): void {
    this.#scene = scene;
    this.#failure = null;
    this.#busy = false;
    this.#progress = null;
    this.#previews.forget();
    const focused = scene.imagePlace(this.#view.focused);
    this.#selection = focused === null ? nothingSelected : selectOne(focused);
    this.#previews.want(focused === null ? null : (scene.scores.ids[focused] ?? null));
    this.#say(scene);
  }

  #change(patch: Partial<TriageView>): void {
    this.#view = { ...this.#view, ...patch };
    this.#late.soon();
    if (this.#scene) this.#say(this.#scene);
    this.#schedule();
  }

  #keep(): void {
    if (this.#paths) this.host.keep({ ...this.#view, version: triagePanelVersion, ...this.#paths });
  }

  #say(scene: TriageScene): void {
    const { miou } = scene.first.scores(scene.placeOfFirst(this.#view));
    const { order } = scene.table(this.#view);
    const score = scene.kind.withMasks ? `, mIoU ${percentText(miou)} percent` : '';
    this.#announcer.saySoon(`${order.length} images${score}`);
  }

  #sort(column: ColumnId): void {
    if (!this.#scene) return;
    const { sorting } = this.#scene.table(this.#view);
    const descending = sorting.column === column ? !sorting.descending : headings[column].largestFirst;
    this.#change({ sort: { column, descending } });
  }

  #select(selection: Selection): void {
    this.#selection = selection;
    const { focused } = selection;
    const id = focused === null ? null : (this.#scene?.scores.ids[focused] ?? null);
    this.#previews.want(id);
    this.#view = { ...this.#view, focused: id };
    this.#late.soon();
    this.#schedule();
  }

  #hover(image: number | null): void {
    if (image === this.#hovered) return;
    this.#hovered = image;
    const shown = image ?? this.#selection.focused;
    this.#previews.want(shown === null ? null : (this.#scene?.scores.ids[shown] ?? null));
    this.#schedule();
  }

  #open(image: number): void {
    const scene = this.#scene;
    const id = scene?.scores.ids[image];
    if (!scene || id === undefined) return;
    const { first, second } = scene;
    const thresholds: [number, number] | null = second && [
      first.seeds.thresholds[scene.placeOfFirst(this.#view)] ?? 0,
      second.seeds.thresholds[scene.placeOfSecond(this.#view)] ?? 0,
    ];
    this.host.post({ type: 'openImage', id, className: this.#view.className, thresholds });
  }

  #export(kind: 'list' | 'csv', scene: TriageScene, table: TableScene): void {
    const { ids, classes } = scene.scores;
    const images = exportedImages(table.order, this.#selection.images);
    const names = (image: number) => scene.classesOf(image).map(({ label }) => classes[label - 1] ?? '');
    const text = kind === 'list' ? listText(ids, images) : csvText(ids, images, table, names);
    this.host.post({ type: 'export', kind, text });
  }

  #schedule(): void {
    if (this.#frame === 0) this.#frame = requestAnimationFrame(() => this.#draw());
  }

  #draw(): void {
    this.#frame = 0;
    const scene = this.#scene;
    if (scene) {
      this.#rows.show({
        table: scene.table(this.#view),
        ids: scene.scores.ids,
        selection: this.#selection,
        classes: (image) => this.#classCell(scene, image),
      });
    }
    const content = html`<div class="triage" data-testid="triage" data-busy=${this.#busy}>
      ${this.#busy ? this.#opening() : nothing} ${this.#failure ? this.#failureView(this.#failure) : nothing}
      ${scene && !this.#failure ? this.#content(scene) : nothing}
    </div>`;
    render(content, this.root, { renderBefore: this.#announcer.element });
    if (scene) this.#aside.show(this.#asideContent(scene, scene.table(this.#view)));
  }

  #opening(): TemplateResult {
    return html`<div data-testid="triage-opening" aria-busy="true">
      ${
        this.#progress === null
          ? html`<p class="hint">Looking through the seeds…</p>`
          : progressBar(this.#progress, () => this.host.post({ type: 'command', command: 'cancel' }))
      }
    </div>`;
  }

  #classCell(scene: TriageScene, image: number): TemplateResult {
    const { classes } = scene.scores;
    const { withMasks } = scene.kind;
    return html`${scene.classesOf(image).map(({ label, inMask, seeded }) => {
      const wrong = withMasks && !inMask;
      const why = wrong ? ' (not in the mask)' : seeded ? '' : ' (no seed)';
      return html`<span class="class ${wrong ? 'wrong' : ''}" title="${classes[label - 1] ?? ''}${why}"
        ><i class="swatch" ${styled({ '--swatch': labelCss(label) })}></i>${classes[label - 1] ?? ''}</span
      >`;
    })}`;
  }

  #content(scene: TriageScene): TemplateResult {
    const table = scene.table(this.#view);
    return html`${headLine(scene, this.#view, (patch) => this.#change(patch))}
      ${scoreCard(this.#folders(scene), this.#view.cardOpen, (cardOpen) => {
        if (cardOpen !== this.#view.cardOpen) this.#change({ cardOpen });
      })}
      ${this.#problems(scene)}
      <div class="body">
        <div class="left">
          ${tableTools({
            scene,
            table,
            view: this.#view,
            selected: this.#selection.images,
            change: (patch) => this.#change(patch),
            score: (list) => this.host.post({ type: 'list', list }),
            exported: (kind) => this.#export(kind, scene, table),
          })}
          ${this.#rows.element}
        </div>
        ${this.#aside.element}
      </div>`;
  }

  #folders(scene: TriageScene) {
    const facts = (folder: FolderScene, at: number): ScoreFact[] => {
      const { text, oracle } = thresholdChoice(folder.seeds, at, folder.swept.best);
      return [...folder.seeds.facts, { name: 'Threshold', text, tone: oracle ? 'warning' : 'plain' }];
    };
    const { first, second } = scene;
    const one = { path: first.seeds.path, facts: facts(first, scene.placeOfFirst(this.#view)) };
    return second === null
      ? [{ mark: '', ...one }]
      : [
          { mark: 'A', ...one },
          { mark: 'B', path: second.seeds.path, facts: facts(second, scene.placeOfSecond(this.#view)) },
        ];
  }

  #problems({ scores: { problems, notices } }: TriageScene): TemplateResult | typeof nothing {
    if (problems.length === 0 && notices.length === 0) return nothing;
    const shown = problems.slice(0, 200);
    return html`${
      problems.length === 0
        ? nothing
        : html`<details class="problems" data-testid="problems">
            <summary>${icon('error')} ${problems.length} images could not be scored</summary>
            <ul>
              ${shown.map(({ message }) => html`<li>${message}</li>`)}
              ${problems.length > shown.length ? html`<li>… and ${problems.length - shown.length} more</li>` : nothing}
            </ul>
          </details>`
    }${
      notices.length === 0
        ? nothing
        : html`<ul class="notices">
            ${notices.map(({ message }) => html`<li>${icon('info')} ${message}</li>`)}
          </ul>`
    }`;
  }

  #asideContent(scene: TriageScene, table: TableScene): TemplateResult {
    const { first, second, kind } = scene;
    const at = scene.placeOfFirst(this.#view);
    const at2 = scene.placeOfSecond(this.#view);
    return html`${this.#preview(scene, at, at2)}
    ${
      kind.compared && kind.withMasks
        ? scatter(
            {
              first: table.values('iou') ?? [],
              second: table.values('iou2') ?? [],
              order: table.order,
              focused: this.#selection.focused,
              theme: this.#theme,
            },
            (image) => {
              this.#select(selectOne(image));
              this.#rows.reveal(image);
            },
          )
        : nothing
    }
    ${
      kind.labelMaps
        ? nothing
        : curveSection({
            scene,
            at,
            className: this.#view.className,
            focused: this.#selection.focused,
            choose: (threshold) => this.#change({ threshold }),
          })
    }
    ${
      kind.withMasks
        ? classTable({
            classes: scene.scores.classes,
            first,
            second,
            at,
            at2,
            className: this.#view.className,
            choose: (className) => this.#change({ className }),
          })
        : nothing
    }
    ${
      kind.withMasks && !kind.compared && !first.seeds.labelMaps
        ? confidenceSection(
            scene.suggestions(this.#view),
            first.seeds.thresholds,
            this.#view.targets,
            (targets) => this.#change({ targets }),
          )
        : nothing
    }`;
  }

  #preview(scene: TriageScene, at: number, at2: number): TemplateResult {
    const shown = this.#hovered ?? this.#selection.focused;
    const id = shown === null ? null : (scene.scores.ids[shown] ?? null);
    const found: { preview: SeedPreview | null; message: string | null } | null =
      id === null ? null : this.#previews.of(id);
    const { first, second } = scene;
    const thresholds = [first.seeds.thresholds[at] ?? 0, second?.seeds.thresholds[at2] ?? 0];
    const content = found?.preview == null ? null : { preview: found.preview, thresholds };
    return previewPane(content, id, found?.message ?? null);
  }

  #failureView({ message, kind }: Failure): TemplateResult {
    const cancelled = kind === 'cancelled';
    return html`<section class="failure" role="alert" data-testid="failure">
      <h2>
        ${icon(cancelled ? 'info' : 'error')}
        ${cancelled ? 'Scoring was stopped' : 'The seeds could not be scored'}
      </h2>
      <p class="message">${message}</p>
      <div class="buttons">
        <vscode-button
          data-testid="retry"
          @click=${() => this.host.post({ type: 'command', command: 'retry' })}
          >${cancelled ? 'Score' : 'Retry'}</vscode-button
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
