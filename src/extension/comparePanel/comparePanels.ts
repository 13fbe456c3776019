/** The panels that compare two banks: one per pair, the same again after a reload. */
import * as vscode from 'vscode';
import { comparePanelStateSchema, comparePanelViewType } from '../../protocol/comparison';
import { ComparePanel, type ComparedPaths, type ComparePanelHost } from './comparePanel';

export class ComparePanels implements vscode.Disposable, vscode.WebviewPanelSerializer {
  readonly #host: ComparePanelHost;
  readonly #panels: ComparePanel[] = [];
  readonly #registration: vscode.Disposable;

  constructor(options: Omit<ComparePanelHost, 'onClose'>) {
    this.#host = {
      ...options,
      onClose: (panel) => void this.#panels.splice(this.#panels.indexOf(panel), 1),
    };
    this.#registration = vscode.window.registerWebviewPanelSerializer(comparePanelViewType, this);
  }

  get all(): readonly ComparePanel[] {
    return this.#panels;
  }

  open(paths: ComparedPaths): void {
    const known = this.#panels.find(
      ({ paths: { first, second } }) => first === paths.first && second === paths.second,
    );
    if (known) {
      known.reveal();
      return;
    }
    const panel = vscode.window.createWebviewPanel(comparePanelViewType, '', vscode.ViewColumn.Active);
    this.#panels.push(new ComparePanel(panel, this.#host, paths));
  }

  /** A panel from before a reload. */
  deserializeWebviewPanel(panel: vscode.WebviewPanel, raw: unknown): Promise<void> {
    const state = comparePanelStateSchema.safeParse(raw);
    if (state.success) this.#panels.push(new ComparePanel(panel, this.#host, state.data, state.data.image));
    else {
      this.#host.log('warn', 'A comparison could not be restored: it does not say what it showed.');
      panel.dispose();
    }
    return Promise.resolve();
  }

  dispose(): void {
    this.#registration.dispose();
  }
}
