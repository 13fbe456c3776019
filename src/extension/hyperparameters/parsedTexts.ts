/** The hyper-parameters of open texts, kept up to date by parsing what was edited. */
import * as vscode from 'vscode';
import type { Tree } from 'web-tree-sitter';
import { occurrences, type HyperParameter } from './hyperParameter';
import { pythonParameters } from './pythonParameters';
import { PythonParser } from './pythonParser';
import { yamlParameters } from './yamlParameters';

/** A longer text was written by a program, and nobody tunes it by hand. */
const mostCharacters = 5_000_000;

interface Parsed {
  /** Of the text whose edits the tree was told last. */
  version: number;
  tree: Tree;
  /** The tree is that of the version, not only told of its edits. */
  whole: boolean;
}

const isYaml = ({ languageId }: vscode.TextDocument) => /yaml$/.test(languageId);

export class ParsedTexts implements vscode.Disposable {
  readonly #parser: PythonParser;
  readonly #parsed = new Map<vscode.TextDocument, Parsed>();
  readonly #disposables: readonly vscode.Disposable[];

  /** @param folder of the parser's files */
  constructor(folder: string) {
    this.#parser = new PythonParser(folder);
    this.#disposables = [
      vscode.workspace.onDidChangeTextDocument((event) => this.#edited(event)),
      vscode.workspace.onDidCloseTextDocument((document) => this.#forget(document)),
    ];
  }

  /**
   * @param names to look for, with underscores
   * @param token cancelled: nothing
   * @returns those of the text as it is when this returns; null: cancelled, or the text changed meanwhile
   */
  async parameters(
    document: vscode.TextDocument,
    names: readonly string[],
    token?: vscode.CancellationToken,
  ): Promise<readonly HyperParameter[] | null> {
    const text = document.getText();
    if (text.length > mostCharacters || !names.some((name) => occurrences(text, name).length > 0)) return [];
    if (isYaml(document)) return yamlParameters(text, names);
    const { version } = document;
    const stale = () =>
      token?.isCancellationRequested === true || document.isClosed || document.version !== version;
    return this.#withTree(document, text, stale, (tree) => pythonParameters(tree, text, names));
  }

  /** @param use called at once with the tree, which may be gone in the next moment */
  async #withTree<T>(
    document: vscode.TextDocument,
    text: string,
    stale: () => boolean,
    use: (tree: Tree) => T,
  ): Promise<T | null> {
    const kept = this.#parsed.get(document);
    const { version } = document;
    if (kept?.whole && kept.version === version) return use(kept.tree);
    const old = kept?.version === version ? kept.tree.copy() : null;
    try {
      const tree = await this.#parser.parse(text, old, stale);
      if (tree === null) return null;
      if (stale()) {
        tree.delete();
        return null;
      }
      this.#forget(document);
      this.#parsed.set(document, { version, tree, whole: true });
      return use(tree);
    } finally {
      old?.delete();
    }
  }

  #edited({ document, contentChanges }: vscode.TextDocumentChangeEvent): void {
    const kept = this.#parsed.get(document);
    // An event without changes tells of the text's being saved or not.
    if (kept === undefined || contentChanges.length === 0) return;
    kept.whole = false;
    kept.version = document.version;
    this.#parser.tell(kept.tree, contentChanges);
  }

  #forget(document: vscode.TextDocument): void {
    this.#parsed.get(document)?.tree.delete();
    this.#parsed.delete(document);
  }

  dispose(): void {
    for (const disposable of this.#disposables) disposable.dispose();
    for (const document of [...this.#parsed.keys()]) this.#forget(document);
  }
}
