/** The checkpoint editor: its tabs, its pages, and what of them is kept over a reload. */
import { html, render } from 'lit';
import {
  checkpointEditorStateSchema,
  checkpointEditorVersion,
  checkpointPages,
  type CheckpointPageName,
  type FromCheckpointEditor,
  type ToCheckpointEditor,
} from '../../protocol/checkpointEditor';
import type { ToGallery } from '../../protocol/gallery';
import type { ToOverview } from '../../protocol/overview';
import { GalleryPage } from '../gallery/galleryPage';
import { OverviewPage } from '../overview/overviewPage';
import type { Host } from '../shared/host';
import { moveFocus } from '../shared/roving';
import { CheckpointPage } from './checkpointPage';
import type { EditorPage } from './page';

const labels: Readonly<Record<CheckpointPageName, { readonly label: string; readonly title: string }>> = {
  checkpoint: { label: 'Checkpoint', title: 'What the file is, its tensors and its classifier' },
  prototypes: { label: 'Prototypes', title: 'Every centre of the prototype bank with its nearest patches' },
  overview: {
    label: 'Overview',
    title: 'All classes at once: where their centres lie, and which parts and which context they share',
  },
};

function isGalleryMessage(message: ToCheckpointEditor): message is ToGallery {
  return message.type.startsWith('gallery.');
}

function isOverviewMessage(message: ToCheckpointEditor): message is ToOverview {
  return message.type.startsWith('overview.');
}

export class Editor {
  readonly #tabs = document.createElement('div');
  readonly #roots: Readonly<Record<CheckpointPageName, HTMLElement>>;
  readonly #pages: {
    readonly checkpoint: CheckpointPage;
    readonly prototypes: GalleryPage;
    readonly overview: OverviewPage;
  };
  #shown: CheckpointPageName;
  /** Each page's own part of what is kept. */
  #kept: Record<string, unknown>;

  constructor(
    root: HTMLElement,
    private readonly host: Host<FromCheckpointEditor>,
  ) {
    const kept = checkpointEditorStateSchema.safeParse(host.kept);
    this.#kept = kept.success ? { ...kept.data } : {};
    this.#shown = kept.success ? kept.data.page : 'checkpoint';
    this.#roots = {
      checkpoint: pageRoot('checkpoint'),
      prototypes: pageRoot('prototypes'),
      overview: pageRoot('overview'),
    };
    root.classList.add('editor');
    root.dataset['testid'] = 'editor';
    root.append(this.#tabs, ...checkpointPages.map((name) => this.#roots[name]));
    const prototypes = new GalleryPage(this.#roots.prototypes, this.#hostOf('prototypes'), () =>
      overview.bankChanged(),
    );
    const overview = new OverviewPage(this.#roots.overview, this.#hostOf('overview'), {
      gallery: () => prototypes.gallery(),
      open: (identity, centre) => {
        this.#show('prototypes');
        prototypes.receive({ type: 'gallery.show', identity, centre });
      },
    });
    this.#pages = {
      checkpoint: new CheckpointPage(this.#roots.checkpoint, this.#hostOf('checkpoint')),
      prototypes,
      overview,
    };
    host.post({ type: 'ready', version: checkpointEditorVersion });
    this.#show(this.#shown);
  }

  receive(message: ToCheckpointEditor): void {
    if (message.type === 'show') this.#show(message.page);
    else if (isGalleryMessage(message)) this.#pages.prototypes.receive(message);
    else if (isOverviewMessage(message)) this.#pages.overview.receive(message);
    else this.#pages.checkpoint.receive(message);
  }

  /** A page's door to the host: what it keeps is its own part of the editor's state. */
  #hostOf(name: CheckpointPageName): Host<FromCheckpointEditor> {
    const key = `${name}Page`;
    return {
      post: (message) => this.host.post(message),
      kept: this.#kept[key],
      keep: (state) => {
        this.#kept = { ...this.#kept, [key]: state };
        this.#keep();
      },
    };
  }

  #keep(): void {
    this.host.keep({ ...this.#kept, version: checkpointEditorVersion, page: this.#shown });
  }

  #show(shown: CheckpointPageName): void {
    this.#shown = shown;
    for (const name of checkpointPages) {
      this.#roots[name].hidden = name !== shown;
      const page: EditorPage = this.#pages[name];
      page.setVisible(name === shown);
    }
    this.#keep();
    this.#drawTabs();
  }

  #drawTabs(): void {
    const onKey = (event: KeyboardEvent) => {
      const target = moveFocus(event, [...this.#tabs.querySelectorAll<HTMLElement>('[role=tab]')]);
      const name = checkpointPages.find((page) => page === target?.dataset['page']);
      if (name) this.#show(name);
    };
    render(
      html`<div class="page-tabs" role="tablist" aria-label="Pages of the checkpoint" @keydown=${onKey}>
        ${checkpointPages.map(
          (name) =>
            html`<button
              type="button"
              role="tab"
              class="page-tab"
              id="tab-${name}"
              data-page=${name}
              data-testid="page-${name}"
              aria-selected=${name === this.#shown}
              aria-controls="page-${name}"
              tabindex=${name === this.#shown ? 0 : -1}
              title=${labels[name].title}
              @click=${() => this.#show(name)}
            >
              ${labels[name].label}
            </button>`,
        )}
      </div>`,
      this.#tabs,
    );
  }
}

function pageRoot(name: CheckpointPageName): HTMLElement {
  const root = document.createElement('section');
  root.className = `page ${name}-page`;
  root.id = `page-${name}`;
  root.setAttribute('role', 'tabpanel');
  root.setAttribute('aria-labelledby', `tab-${name}`);
  return root;
}
