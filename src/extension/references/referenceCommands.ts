/** What links and hovers on image references do. */
import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { ImagePanels } from '../panel/imagePanels';
import { showProblem } from '../problem';
import { trusted } from '../trust';
import { signalOf } from './abort';
import { linkOf, type ReferenceLink } from './commandLink';
import type { Found, ReferenceFinder } from './referenceFinder';

/** What is no link of ours is not followed. */
async function foundOf(
  finder: ReferenceFinder,
  raw: unknown,
): Promise<{ link: ReferenceLink; found: Found } | null> {
  const link = linkOf(raw);
  if (link === null) {
    void vscode.window.showInformationMessage(
      'This command belongs to the links on image names in your lists and code.',
    );
    return null;
  }
  const outcome = await finder.find(vscode.Uri.parse(link.document, true), link.text);
  if (!outcome.ok) {
    await showProblem(outcome.failure);
    return null;
  }
  return { link, found: outcome.value };
}

/** Opens the panel of a reference's image; in a workspace that nobody trusts, VS Code's own view of it. */
export async function openReference(
  finder: ReferenceFinder,
  panels: ImagePanels,
  raw: unknown,
): Promise<void> {
  const meant = await foundOf(finder, raw);
  if (meant === null) return;
  const { study, referred } = meant.found;
  if (referred.image === null) {
    void vscode.window.showWarningMessage(
      `There is no image ${meant.link.text}${study === null ? ': no study (lpcam.json) says where images are' : ''}.`,
    );
    return;
  }
  const uri = vscode.Uri.file(referred.image);
  if (!vscode.workspace.isTrusted) await vscode.commands.executeCommand('vscode.open', uri);
  else if (study === null) await vscode.commands.executeCommand('lpcam.showActivationMaps', uri);
  else panels.open({ image: referred.image, study, classes: null });
}

/** Computes the overlay that a hover lacks, and shows the hover again. */
export async function computeOverlay(finder: ReferenceFinder, raw: unknown): Promise<void> {
  if (!trusted()) return;
  const meant = await foundOf(finder, raw);
  if (meant === null) return;
  const { link, found } = meant;
  const outcome = await vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: `Computing LPCAM of ${basename(found.referred.image ?? link.text)}`,
      cancellable: true,
    },
    async (_, token) => {
      const following = signalOf(token);
      try {
        return await finder.compute(found, following.signal);
      } finally {
        following.dispose();
      }
    },
  );
  if (!outcome.ok) {
    await showProblem(outcome.failure);
    return;
  }
  const editor = vscode.window.visibleTextEditors.find(
    ({ document }) => document.uri.toString() === link.document,
  );
  if (editor === undefined || link.line >= editor.document.lineCount) return;
  // VS Code shows a hover where the cursor is.
  await vscode.window.showTextDocument(editor.document, {
    viewColumn: editor.viewColumn ?? vscode.ViewColumn.Active,
  });
  const place = new vscode.Position(link.line, link.character);
  editor.selection = new vscode.Selection(place, place);
  // One that is still open is not asked for anew.
  await vscode.commands.executeCommand('editor.action.hideHover');
  await vscode.commands.executeCommand('editor.action.showHover');
}
