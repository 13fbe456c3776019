/** "LPCAM: Cluster Prototypes": one run per study, with progress here and in the study's panels. */
import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { Progress } from '../../protocol/progress';
import type { StudyReference } from '../../protocol/study';
import type { EngineClient } from '../client/engineClient';
import type { Log } from '../client/engineProcess';
import { showProblem } from '../problem';
import { runChoices } from '../settings';
import { studyKey, studyName } from '../study/studyReference';
import type { StudyReader } from '../study/studyReader';
import { trusted } from '../trust';

function progressText({ stage, done, total }: Progress): string {
  return total > 0 ? `${stage}: ${Math.floor((100 * done) / total)}%` : stage;
}

/** Who shows a study's prototypes, and is told how their clustering goes. */
export interface PrototypeViews {
  showProgress(study: StudyReference, progress: Progress | null): void;
  refresh(study: StudyReference): void;
}

export class PrototypeClustering {
  readonly #running = new Map<string, AbortController>();

  constructor(
    private readonly engine: EngineClient,
    private readonly reader: StudyReader,
    private readonly views: PrototypeViews,
    private readonly log: Log,
  ) {}

  /** Ends a study's run. @returns whether there was one */
  cancel(study: StudyReference): boolean {
    const abort = this.#running.get(studyKey(study));
    abort?.abort();
    return abort !== undefined;
  }

  /** Clusters a study's prototypes and shows its panels anew. */
  async cluster(study: StudyReference): Promise<void> {
    if (!trusted()) return;
    const key = studyKey(study);
    if (this.#running.has(key)) {
      void vscode.window.showInformationMessage(`${studyName(study)} is being clustered already.`);
      return;
    }
    const abort = new AbortController();
    this.#running.set(key, abort);
    try {
      if (await this.#mayReplace(study)) await this.#run(study, abort);
    } finally {
      this.#running.delete(key);
      this.views.showProgress(study, null);
    }
  }

  /** Clustering may have taken hours: an existing bank is replaced only when the person says so. */
  async #mayReplace(study: StudyReference): Promise<boolean> {
    const outcome = await this.reader.read(study);
    if (!outcome.ok) {
      await showProblem(outcome.failure);
      return false;
    }
    const { bank } = outcome.value;
    if (!bank) return true;
    const maker = bank.matchesCheckpoint === false ? 'of another checkpoint ' : '';
    const again = 'Cluster Again';
    const choice = await vscode.window.showWarningMessage(
      `${studyName(study)} has a prototype bank ${maker}already (${bank.centres} centres). Replace it?`,
      {
        modal: true,
        detail: `${bank.path}\n\nIts centres go, and with them what was pinned or dropped by hand.`,
      },
      again,
    );
    return choice === again;
  }

  async #run(study: StudyReference, abort: AbortController): Promise<void> {
    const outcome = await vscode.window.withProgress(
      {
        location: vscode.ProgressLocation.Notification,
        title: `Clustering prototypes of ${studyName(study)}`,
        cancellable: true,
      },
      (report, token) => {
        token.onCancellationRequested(() => abort.abort());
        const show = (progress: Progress) => {
          report.report({ message: progressText(progress) });
          this.views.showProgress(study, progress);
        };
        show({ stage: 'Waiting for the engine', done: 0, total: 0 });
        return this.engine.request(
          'cluster',
          { study, ...runChoices() },
          { subject: studyName(study), signal: abort.signal, onEvent: (event) => show(event.progress) },
        );
      },
    );
    await this.reader.judge(study, outcome);
    if (!outcome.ok) {
      if (outcome.failure.kind === 'cancelled') {
        vscode.window.setStatusBarMessage(
          'Clustering cancelled: finished classes are kept for the next time',
          6000,
        );
      } else void showProblem(outcome.failure);
      return;
    }
    this.views.refresh(study);
    const { bank, notices } = outcome.value;
    for (const notice of notices) this.log('warn', `[${studyName(study)}] ${notice.message}`);
    void this.#told(
      `${bank.centres} centres of ${bank.classes} classes are in ${basename(bank.path)}.`,
      notices.map((notice) => notice.message),
    );
  }

  async #told(message: string, notices: readonly string[]): Promise<void> {
    const [first, ...others] = notices;
    if (first === undefined) {
      await vscode.window.showInformationMessage(message);
      return;
    }
    const more = others.length === 0 ? '' : ` (and ${others.length} more notices)`;
    const showLog = 'Show Log';
    const choice = await vscode.window.showInformationMessage(`${message} ${first}${more}`, showLog);
    if (choice === showLog) await vscode.commands.executeCommand('lpcam.showLog');
  }
}
