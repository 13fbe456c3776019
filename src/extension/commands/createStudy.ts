/** Writes `lpcam.json` for a checkpoint from what the engine finds around it; never over an existing one. */
import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import * as vscode from 'vscode';
import type { StudyReference } from '../../protocol/study';
import type { StudyFile } from '../../protocol/studyFile';
import type { EngineClient } from '../client/engineClient';
import { columnBesidePanels } from '../panel/columnBesidePanels';
import { showProblem } from '../problem';
import { writeNewFile } from '../study/newFile';
import type { Studies } from '../study/studies';
import { studyFileName } from '../study/studyReference';
import { trusted } from '../trust';
import { checkpointStudy, chooseCheckpoint } from './chooseCheckpoint';

const title = 'LPCAM: Create Study';

/** What the draft found, for one line. */
function findings(study: StudyFile): string {
  const { classes, dataset } = study;
  const found = [
    Array.isArray(classes) ? `${classes.length} classes` : classes && 'classes',
    ...(['images', 'list', 'labels', 'masks'] as const).map((name) => dataset?.[name] && name),
  ].filter((name) => name !== undefined);
  return found.length === 0 ? 'Nothing was found around the checkpoint' : `Found: ${found.join(', ')}`;
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch {
    // Not there, or in a folder that cannot be read, which writing will then tell.
    return false;
  }
}

async function showDraft(path: string, text: string): Promise<void> {
  // An untitled document that knows its path: saving proposes it.
  const document = await vscode.workspace.openTextDocument(
    vscode.Uri.file(path).with({ scheme: 'untitled' }),
  );
  const editor = await vscode.window.showTextDocument(document, columnBesidePanels());
  const end = document.lineAt(document.lineCount - 1).range.end;
  await editor.edit((edit) => edit.replace(new vscode.Range(new vscode.Position(0, 0), end), text));
}

/** Beside an image panel, which is what the study is written for. */
async function showFile(path: string): Promise<void> {
  const place = { viewColumn: columnBesidePanels(), preview: false };
  await vscode.window.showTextDocument(vscode.Uri.file(path), place);
}

export class StudyCreator {
  constructor(
    private readonly engine: EngineClient,
    private readonly studies: Studies,
  ) {}

  /**
   * @param checkpoint its path, or a checkpoint in use; undefined: ask for one
   * @returns the study, once its file is written; undefined when it is not
   */
  async create(
    checkpoint?: string | Extract<StudyReference, { checkpoint: string }>,
  ): Promise<StudyReference | undefined> {
    if (!trusted()) return undefined;
    const chosen = checkpoint ?? (await chooseCheckpoint(title));
    if (chosen === undefined) return undefined;
    const reference = typeof chosen === 'string' ? checkpointStudy(chosen) : chosen;
    const path = join(reference.folder, studyFileName);
    if (await exists(path)) {
      const openIt = 'Open It';
      const choice = await vscode.window.showInformationMessage(
        `${vscode.workspace.asRelativePath(path)} exists already and is not overwritten. Name the checkpoint ${basename(reference.checkpoint)} in it.`,
        openIt,
      );
      if (choice === openIt) await showFile(path);
      return undefined;
    }
    const outcome = await vscode.window.withProgress(
      {
        location: vscode.ProgressLocation.Notification,
        title: 'Looking around the checkpoint',
        cancellable: true,
      },
      (_progress, token) => {
        const abort = new AbortController();
        token.onCancellationRequested(() => abort.abort());
        return this.engine.request('draftStudy', reference, {
          subject: basename(reference.checkpoint),
          signal: abort.signal,
        });
      },
    );
    if (!outcome.ok) {
      await showProblem(outcome.failure);
      return undefined;
    }
    const { study, notices } = outcome.value;
    return this.#offer(
      reference,
      path,
      study,
      notices.map((notice) => notice.message),
    );
  }

  async #offer(
    reference: StudyReference,
    path: string,
    study: StudyFile,
    notices: readonly string[],
  ): Promise<StudyReference | undefined> {
    const text = `${JSON.stringify(study, null, 2)}\n`;
    const write = {
      label: `$(save) Write ${vscode.workspace.asRelativePath(path)}`,
      detail: findings(study),
    };
    const show = {
      label: '$(edit) Show the draft',
      detail: notices.length === 0 ? 'Nothing is written until you save it' : notices.join(' '),
    };
    const picked = await vscode.window.showQuickPick([write, show], {
      title,
      placeHolder: 'The study is drafted',
    });
    if (picked === show) await showDraft(path, text);
    if (picked !== write) return undefined;
    try {
      await writeNewFile(path, text);
    } catch (error) {
      await vscode.window.showErrorMessage(`${path} could not be written: ${String(error)}`);
      return undefined;
    }
    await this.studies.adopt(reference, path);
    await showFile(path);
    return { file: path };
  }
}
