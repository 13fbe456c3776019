/** The bank that was clustered for a trial becomes the study's own. */
import { randomBytes } from 'node:crypto';
import { constants, copyFile, mkdir, readFile, rename, rm } from 'node:fs/promises';
import { basename, dirname, extname } from 'node:path';
import { applyEdits, findNodeAtLocation, modify, parseTree } from 'jsonc-parser';
import * as vscode from 'vscode';
import type { StudyReference } from '../../protocol/study';
import type { StudyTrial } from '../../protocol/studyTrial';
import { showProblem } from '../problem';
import { studyFile, studyName, withoutTrial } from '../study/studyReference';
import type { StudyReader } from '../study/studyReader';

/** Over what is there, whole or not at all. */
async function copyWhole(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  const part = `${to}.${randomBytes(4).toString('hex')}.part`;
  try {
    await copyFile(from, part, constants.COPYFILE_FICLONE);
    await rename(part, to);
  } finally {
    await rm(part, { force: true });
  }
}

/** The settings of clustering that were tried, as the study file names them. */
function clusteringOf({ k, split }: StudyTrial): readonly (readonly [string, number])[] {
  return [
    ...(k === undefined ? [] : [['k', k] as const]),
    ...(split === undefined ? [] : [['split', split] as const]),
  ];
}

/** Writes the tried settings into the study file: an ordinary edit, which can be undone, shown and not saved. */
async function writeSettings(file: string, trial: StudyTrial): Promise<void> {
  const document = await vscode.workspace.openTextDocument(file);
  const before = document.getText();
  const text = clusteringOf(trial).reduce(
    (so, [name, value]) =>
      applyEdits(
        so,
        modify(so, ['clustering', name], value, { formattingOptions: { insertSpaces: true, tabSize: 2 } }),
      ),
    before,
  );
  const edit = new vscode.WorkspaceEdit();
  edit.replace(
    document.uri,
    new vscode.Range(document.positionAt(0), document.positionAt(before.length)),
    text,
  );
  if (!(await vscode.workspace.applyEdit(edit)))
    throw new Error('it was changed at the same moment, or is read-only');
  await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.One });
}

/** What the study file says itself, so that nothing is offered which stands there already. */
async function alreadySays(file: string, trial: StudyTrial): Promise<boolean> {
  const root = parseTree(await readFile(file, 'utf8'));
  return clusteringOf(trial).every(
    ([name, value]) => root && findNodeAtLocation(root, ['clustering', name])?.value === value,
  );
}

/**
 * Asks before the study's own bank is replaced, and offers to write the setting into the study file.
 * @returns whether it is the study's own now
 */
export async function keepTrialBank(study: StudyReference, reader: StudyReader): Promise<boolean> {
  const { trial } = study;
  const [own, tried] = await Promise.all([reader.read(withoutTrial(study)), reader.read(study)]);
  if (!own.ok) {
    await showProblem(own.failure);
    return false;
  }
  if (!tried.ok) {
    await showProblem(tried.failure);
    return false;
  }
  const { bank } = tried.value;
  const target = own.value.bankPath;
  if (trial === undefined || bank === null || bank.path === target) return false;
  const name = studyName(study);
  if (extname(target).toLowerCase() !== '.safetensors') {
    void vscode.window.showWarningMessage(
      `The bank of ${name} is ${basename(target)}, as the published code writes it, and stays. Name another file as \`bank\` in its study file to keep this one there.`,
    );
    return false;
  }
  if (own.value.bank !== null) {
    const replace = 'Replace';
    const choice = await vscode.window.showWarningMessage(
      `Replace the prototype bank of ${name} (${own.value.bank.centres} centres) by the one that was tried (${bank.centres} centres)?`,
      {
        modal: true,
        detail: `${target}\n\nIts centres go, and with them what was pinned or dropped by hand.`,
      },
      replace,
    );
    if (choice !== replace) return false;
  }
  try {
    await copyWhole(bank.path, target);
  } catch (error) {
    void vscode.window.showErrorMessage(`${target} could not be written: ${String(error)}`);
    return false;
  }
  tell(name, study, trial).catch((error: unknown) => {
    void vscode.window.showErrorMessage(`The study file of ${name} could not be edited: ${String(error)}`);
  });
  return true;
}

async function tell(name: string, study: StudyReference, trial: StudyTrial): Promise<void> {
  const file = studyFile(study);
  const write = 'Write It into the Study File';
  const offered = file !== null && !(await alreadySays(file, trial)) ? [write] : [];
  const values = clusteringOf(trial).map(([setting, value]) => `clustering.${setting} = ${value}`);
  const choice = await vscode.window.showInformationMessage(
    `${name} has the tried prototype bank now (${values.join(', ')}).`,
    ...offered,
  );
  if (choice === write && file !== null) await writeSettings(file, trial);
}
