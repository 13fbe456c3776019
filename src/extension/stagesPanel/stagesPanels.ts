/** All stage strips: one per image, the same again after a reload. */
import * as vscode from 'vscode';
import { stagesPanelStateSchema, stagesPanelViewType } from '../../protocol/stages';
import { studyKey } from '../study/studyReference';
import { StagesPanel, type StagesPanelHost, type StagesTarget } from './stagesPanel';

export class StagesPanels implements vscode.Disposable, vscode.WebviewPanelSerializer {
  readonly #host: StagesPanelHost;
  readonly #panels: StagesPanel[] = [];
  readonly #disposables: readonly vscode.Disposable[];

  constructor(options: Omit<StagesPanelHost, 'onClose'>) {
    this.#host = {
      ...options,
      onClose: (panel) => void this.#panels.splice(this.#panels.indexOf(panel), 1),
    };
    this.#disposables = [
      vscode.window.registerWebviewPanelSerializer(stagesPanelViewType, this),
      vscode.workspace.onDidGrantWorkspaceTrust(() => {
        for (const panel of this.#panels) void panel.read();
      }),
    ];
  }

  get all(): readonly StagesPanel[] {
    return this.#panels;
  }

  open(target: StagesTarget): void {
    const known = this.#panels.find(
      ({ image, study }) => image === target.image && studyKey(study) === studyKey(target.study),
    );
    if (known) {
      known.reveal();
      return;
    }
    // Six pictures side by side need the whole width.
    const panel = vscode.window.createWebviewPanel(stagesPanelViewType, 'Stages', vscode.ViewColumn.Active);
    this.#panels.push(new StagesPanel(panel, this.#host, target));
  }

  /** A panel from before a reload. */
  deserializeWebviewPanel(panel: vscode.WebviewPanel, raw: unknown): Promise<void> {
    const state = stagesPanelStateSchema.safeParse(raw);
    if (state.success) {
      const { image, reference } = state.data;
      this.#panels.push(new StagesPanel(panel, this.#host, { image, study: reference }));
    } else {
      this.#host.log('warn', 'A stage strip could not be restored: it does not say what it showed.');
      panel.dispose();
    }
    return Promise.resolve();
  }

  dispose(): void {
    for (const disposable of this.#disposables) disposable.dispose();
  }
}
