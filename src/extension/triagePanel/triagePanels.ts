/** The triage panels: one per folder of seeds or pair of folders, the same again after a reload. */
import * as vscode from 'vscode';
import { triagePanelStateSchema, triagePanelViewType } from '../../protocol/triagePanel';
import { TriagePanel, type TriagePanelHost } from './triagePanel';

export class TriagePanels implements vscode.Disposable, vscode.WebviewPanelSerializer {
  readonly #host: TriagePanelHost;
  readonly #panels: TriagePanel[] = [];
  readonly #registration: vscode.Disposable;

  constructor(options: Omit<TriagePanelHost, 'onClose'>) {
    this.#host = {
      ...options,
      onClose: (panel) => void this.#panels.splice(this.#panels.indexOf(panel), 1),
    };
    this.#registration = vscode.window.registerWebviewPanelSerializer(triagePanelViewType, this);
  }

  get all(): readonly TriagePanel[] {
    return this.#panels;
  }

  /** @param second folder to compare with; null: none */
  open(first: string, second: string | null): void {
    const known = this.#panels.find(({ target }) => target.first === first && target.second === second);
    if (known) {
      known.reveal();
      return;
    }
    const panel = vscode.window.createWebviewPanel(triagePanelViewType, '', vscode.ViewColumn.Active);
    this.#panels.push(new TriagePanel(panel, this.#host, { first, second, list: 'auto' }, true));
  }

  /** A panel from before a reload. */
  deserializeWebviewPanel(panel: vscode.WebviewPanel, raw: unknown): Promise<void> {
    const state = triagePanelStateSchema.safeParse(raw);
    if (state.success) this.#panels.push(new TriagePanel(panel, this.#host, state.data, false));
    else {
      this.#host.log('warn', 'A triage panel could not be restored: it does not say which seeds it showed.');
      panel.dispose();
    }
    return Promise.resolve();
  }

  dispose(): void {
    this.#registration.dispose();
  }
}
