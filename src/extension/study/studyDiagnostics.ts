/** What is wrong with a study file, underlined at its field and listed among the problems. */
import * as vscode from 'vscode';
import type { Failure } from '../../protocol/failure';
import { fieldLocation } from './fieldLocation';

export class StudyDiagnostics implements vscode.Disposable {
  readonly #collection = vscode.languages.createDiagnosticCollection('lpcam');

  /** @param failure what the engine said of the study; only the person's mistakes are underlined */
  async report(file: string, failure: Failure): Promise<void> {
    if (failure.kind !== 'input' || (failure.file !== file && failure.field === undefined)) return;
    const uri = vscode.Uri.file(file);
    let document: vscode.TextDocument;
    try {
      document = await vscode.workspace.openTextDocument(uri);
    } catch {
      // The file itself is gone or unreadable: there is no place to underline, and the failure is shown elsewhere.
      return;
    }
    const { offset, length } = fieldLocation(document.getText(), failure.field);
    const range = new vscode.Range(document.positionAt(offset), document.positionAt(offset + length));
    const diagnostic = new vscode.Diagnostic(range, failure.message, vscode.DiagnosticSeverity.Error);
    diagnostic.source = 'LPCAM';
    this.#collection.set(uri, [diagnostic]);
  }

  clear(file: string): void {
    this.#collection.delete(vscode.Uri.file(file));
  }

  dispose(): void {
    this.#collection.dispose();
  }
}
