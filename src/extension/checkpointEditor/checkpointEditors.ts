/** All checkpoint editors: VS Code asks for one per tab, new or from before a reload. */
import * as vscode from 'vscode';
import { checkpointEditorViewType } from '../../protocol/checkpointEditor';
import type { Progress } from '../../protocol/progress';
import type { StudyReference } from '../../protocol/study';
import { CheckpointEditor, type CheckpointEditorHost } from './checkpointEditor';
import type { EditorPlace } from './editorPlace';

type Options = Omit<CheckpointEditorHost, 'onChange' | 'onClose'>;

export class CheckpointEditors implements vscode.CustomReadonlyEditorProvider, vscode.Disposable {
  readonly #host: CheckpointEditorHost;
  readonly #editors: CheckpointEditor[] = [];
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #registration: vscode.Disposable;
  /** Where editors which are being opened shall begin, by uri. */
  readonly #wanted = new Map<string, EditorPlace>();

  /** An editor was opened, closed or told something. */
  readonly onDidChange = this.#changed.event;

  constructor(options: Options) {
    this.#host = {
      ...options,
      onChange: () => this.#changed.fire(),
      onClose: (editor) => {
        this.#editors.splice(this.#editors.indexOf(editor), 1);
        this.#changed.fire();
      },
    };
    this.#registration = vscode.window.registerCustomEditorProvider(checkpointEditorViewType, this, {
      supportsMultipleEditorsPerDocument: true,
    });
  }

  get all(): readonly CheckpointEditor[] {
    return this.#editors;
  }

  get active(): CheckpointEditor | undefined {
    return this.#editors.find((editor) => editor.active);
  }

  /** Tells every editor how the clustering of a study goes; null: it ended. */
  showProgress(study: StudyReference, progress: Progress | null): void {
    for (const editor of this.#editors) editor.showProgress(study, progress);
  }

  /** Opens a checkpoint at a place, in its editor where it has one. */
  async open(uri: vscode.Uri, place: EditorPlace): Promise<void> {
    const key = uri.toString();
    this.#wanted.set(key, place);
    await vscode.commands.executeCommand('vscode.openWith', uri, checkpointEditorViewType);
    // An editor that was open already was only brought to the front.
    if (!this.#wanted.delete(key)) return;
    const there = this.#editors.filter((editor) => editor.uri.toString() === key);
    (there.find((editor) => editor.active) ?? there[0])?.show(place);
  }

  openCustomDocument(uri: vscode.Uri): vscode.CustomDocument {
    // Nothing is held per document: each editor reads for itself, and the reader keeps what it opened.
    return { uri, dispose: () => undefined };
  }

  resolveCustomEditor({ uri }: vscode.CustomDocument, panel: vscode.WebviewPanel): void {
    const key = uri.toString();
    const place = this.#wanted.get(key) ?? null;
    this.#wanted.delete(key);
    this.#editors.push(new CheckpointEditor(panel, this.#host, uri, place));
    this.#changed.fire();
  }

  dispose(): void {
    this.#registration.dispose();
    this.#changed.dispose();
  }
}
