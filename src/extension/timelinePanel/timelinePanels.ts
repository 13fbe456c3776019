/** The timelines: one per study, the same again after a reload. */
import * as vscode from 'vscode';
import type { StudyReference } from '../../protocol/study';
import { defaultProbe } from '../../protocol/timeline';
import { timelinePanelStateSchema, timelinePanelViewType } from '../../protocol/timelinePanel';
import { studyKey } from '../study/studyReference';
import { TimelinePanel, type TimelineHost } from './timelinePanel';

export class TimelinePanels implements vscode.Disposable, vscode.WebviewPanelSerializer {
  readonly #host: TimelineHost;
  readonly #panels: TimelinePanel[] = [];
  readonly #registration: vscode.Disposable;

  constructor(options: Omit<TimelineHost, 'onClose'>) {
    this.#host = {
      ...options,
      onClose: (panel) => void this.#panels.splice(this.#panels.indexOf(panel), 1),
    };
    this.#registration = vscode.window.registerWebviewPanelSerializer(timelinePanelViewType, this);
  }

  get all(): readonly TimelinePanel[] {
    return this.#panels;
  }

  open(study: StudyReference): void {
    const known = this.#panels.find((panel) => studyKey(panel.study) === studyKey(study));
    if (known) {
      known.reveal();
      return;
    }
    const panel = vscode.window.createWebviewPanel(timelinePanelViewType, '', vscode.ViewColumn.Active);
    this.#panels.push(new TimelinePanel(panel, this.#host, study, defaultProbe));
  }

  /** A panel from before a reload. */
  deserializeWebviewPanel(panel: vscode.WebviewPanel, raw: unknown): Promise<void> {
    const state = timelinePanelStateSchema.safeParse(raw);
    if (state.success)
      this.#panels.push(new TimelinePanel(panel, this.#host, state.data.study, state.data.probe));
    else {
      this.#host.log('warn', 'A timeline could not be restored: it does not say what it showed.');
      panel.dispose();
    }
    return Promise.resolve();
  }

  dispose(): void {
    this.#registration.dispose();
  }
}
