/** What a run would submit, as a document to read: it cannot be edited, and closes without asking to be saved. */
import * as vscode from 'vscode';

const scheme = 'lpcam-slurm';

export class ScriptsDocuments implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #texts = new Map<string, string>();
  readonly #disposables: vscode.Disposable[];

  constructor() {
    this.#disposables = [
      vscode.workspace.registerTextDocumentContentProvider(scheme, this),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => this.#texts.delete(uri.toString())),
    ];
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    // A window that was reloaded brings the editor back, but not what was planned.
    return this.#texts.get(uri.toString()) ?? '# This was shown before the window was reloaded.\n';
  }

  /** @param run its id */
  async show(run: string, text: string): Promise<void> {
    const uri = this.#uri(run);
    this.#texts.set(uri.toString(), text);
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document, { preview: false });
  }

  async close(run: string): Promise<void> {
    const name = this.#uri(run).toString();
    const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
    await vscode.window.tabGroups.close(
      tabs.filter(({ input }) => input instanceof vscode.TabInputText && input.uri.toString() === name),
    );
  }

  dispose(): void {
    for (const disposable of this.#disposables) disposable.dispose();
  }

  #uri(run: string): vscode.Uri {
    return vscode.Uri.from({ scheme, path: `/${run}.sh` });
  }
}
