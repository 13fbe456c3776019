/** All seed editors: VS Code asks for one per tab, new or from before a reload. */
import * as vscode from 'vscode';
import { seedEditorViewType } from '../../protocol/seedEditor';
import type { SeedEditorView } from '../api';
import { activeFile } from '../activeFile';
import { SeedEditor, type SeedEditorHost } from './seedEditor';

type Options = Omit<SeedEditorHost, 'onClose'>;

export class SeedEditors implements vscode.CustomReadonlyEditorProvider, vscode.Disposable {
  readonly #host: SeedEditorHost;
  readonly #editors: SeedEditor[] = [];
  readonly #registration: vscode.Disposable;

  constructor(options: Options) {
    this.#host = {
      ...options,
      onClose: (editor) => void this.#editors.splice(this.#editors.indexOf(editor), 1),
    };
    this.#registration = vscode.window.registerCustomEditorProvider(seedEditorViewType, this, {
      supportsMultipleEditorsPerDocument: true,
    });
  }

  /** As the tests see them. */
  get views(): readonly SeedEditorView[] {
    return this.#editors.map(({ uri, visible, request, seed, failure }) => ({
      path: uri.scheme === 'file' ? uri.fsPath : uri.toString(),
      visible,
      request,
      seed,
      failure,
    }));
  }

  /** Reads a seed anew wherever it is open: who keeps it in memory says when it is another one. */
  reload(uri: vscode.Uri): void {
    for (const editor of this.#editors) if (editor.uri.toString() === uri.toString()) editor.changed();
  }

  openCustomDocument(uri: vscode.Uri): vscode.CustomDocument {
    // Nothing is held per document: each editor reads for itself.
    return { uri, dispose: () => undefined };
  }

  resolveCustomEditor({ uri }: vscode.CustomDocument, panel: vscode.WebviewPanel): void {
    this.#editors.push(new SeedEditor(panel, this.#host, uri));
  }

  dispose(): void {
    this.#registration.dispose();
  }
}

const seedName = /\.(npy|npz|png)$/i;

/** "LPCAM: Open as Seed". @param clicked a menu's file; from the palette it is what is open, else the person is asked */
export async function openAsSeed(clicked: unknown): Promise<void> {
  const open = activeFile();
  const meant = clicked instanceof vscode.Uri ? clicked : open && seedName.test(open.path) ? open : undefined;
  const [chosen] = meant
    ? [meant]
    : ((await vscode.window.showOpenDialog({
        title: 'Open as Seed',
        openLabel: 'Open',
        filters: { Seeds: ['npy', 'npz', 'png'] },
      })) ?? []);
  if (chosen) await vscode.commands.executeCommand('vscode.openWith', chosen, seedEditorViewType);
}
