/** The extension under test, and the demo study it is tried on. */
import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import * as vscode from 'vscode';
import type { LpcamApi, PanelView } from '../../../src/extension/api';
import { poll } from './poll';

/** The extension, active. */
export async function lens(): Promise<LpcamApi> {
  const extension = vscode.extensions.getExtension<LpcamApi>('lpcam-lens.lpcam-lens');
  assert.ok(extension, 'The extension is not installed.');
  return extension.activate();
}

/** A path inside the workspace, which is a copy of the demo study. */
export function inWorkspace(...names: string[]): string {
  const folder = vscode.workspace.workspaceFolders?.[0];
  assert.ok(folder, 'No workspace is open.');
  return join(folder.uri.fsPath, ...names);
}

/** One of the demo's images. */
export function demoImage(name: string): string {
  return inWorkspace('JPEGImages', `${name}.jpg`);
}

/** Right-clicks images: the first is under the pointer, all are selected. */
export async function showMaps(...paths: string[]): Promise<void> {
  const uris = paths.map((path) => vscode.Uri.file(path));
  await vscode.commands.executeCommand('lpcam.showActivationMaps', uris[0], uris);
}

/** The panel of an image once it is as wanted. */
export async function panelOf(
  path: string,
  wanted: (panel: PanelView) => boolean,
  what: string,
): Promise<PanelView> {
  const api = await lens();
  let last: PanelView | undefined;
  try {
    return await poll(`the panel of ${basename(path)} to be ${what}`, () => {
      last = api.panels.find((panel) => panel.image === path);
      return last && wanted(last) ? last : undefined;
    });
  } catch (error) {
    throw new Error(`${String(error)} It is: ${JSON.stringify(last)}`, { cause: error });
  }
}

/** The panel of an image when all its maps are there. */
export function shown(path: string, after = 0): Promise<PanelView> {
  return panelOf(path, (panel) => panel.done && panel.request > after, 'shown');
}

/** The panel of an image when it says what went wrong. */
export function failed(path: string): Promise<PanelView> {
  return panelOf(path, (panel) => panel.failure !== null, 'failed');
}

/** Writes a study of a folder of its own into the workspace, with one of the demo's images beside it. */
export function writeStudy(folder: string, image: string, study: object): { file: string; image: string } {
  const file = inWorkspace(folder, 'lpcam.json');
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(study, null, 2));
  const copy = inWorkspace(folder, `${image}.jpg`);
  copyFileSync(demoImage(image), copy);
  return { file, image: copy };
}

export async function closeEditors(): Promise<void> {
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  const api = await lens();
  await poll('the panels to close', () => api.panels.length === 0);
}

/** Runs a command that asks with a list, and takes the entry that is so many steps below the first. */
export async function choose(command: string, steps: number): Promise<void> {
  const done = vscode.commands.executeCommand(command);
  // Nothing tells an extension when a list is there.
  await new Promise((resolve) => setTimeout(resolve, 1000));
  for (let step = 0; step < steps; step++) {
    await vscode.commands.executeCommand('workbench.action.quickOpenSelectNext');
  }
  await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
  await done;
}
