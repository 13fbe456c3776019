/**
 * Links on image references. VS Code asks for the links of a whole text at once and again at every change; a list of
 * 100,000 ids would be 100,000 links. So only lines in sight and around them are scanned, and VS Code is made to ask
 * again, by registering anew, when others come into sight.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import * as vscode from 'vscode';
import { commandLink, openReferenceCommand, type ReferenceLink } from './commandLink';
import { covers, linkWindow, type LineRange } from './linkWindow';
import { referenceSelector, type ReferenceFinder } from './referenceFinder';
import { scanLine } from './scanLine';

/** Lines between two pauses, so that the host answers others meanwhile. */
const linesAtOnce = 400;
/** More links than this make the editor slow, on however few lines they are. */
const mostLinks = 5_000;
/** Milliseconds without scrolling. */
const quiet = 150;

/** Only what is clicked is looked for: the link carries the words, and the command resolves them. */
function imageLink(range: vscode.Range, link: ReferenceLink): vscode.DocumentLink {
  const made = new vscode.DocumentLink(
    range,
    vscode.Uri.parse(commandLink(openReferenceCommand, link), true),
  );
  made.tooltip = 'Show activation maps';
  return made;
}

function linesInSight(document: vscode.TextDocument): LineRange[] {
  return vscode.window.visibleTextEditors
    .filter((editor) => editor.document === document)
    .flatMap(({ visibleRanges }) =>
      visibleRanges.map(({ start, end }) => ({ first: start.line, last: end.line })),
    );
}

export class ImageLinks implements vscode.DocumentLinkProvider, vscode.Disposable {
  /** The lines of each text that have their links. */
  readonly #linked = new WeakMap<vscode.TextDocument, readonly LineRange[]>();
  readonly #disposables: { dispose(): unknown }[];
  #registration: vscode.Disposable;
  #timer: NodeJS.Timeout | undefined;
  /** Lines looked at since the start: what tests count instead of time. */
  linesScanned = 0;

  constructor(private readonly finder: ReferenceFinder) {
    this.#registration = this.#register();
    this.#disposables = [
      vscode.window.onDidChangeTextEditorVisibleRanges(({ textEditor }) =>
        this.#scrolled(textEditor.document),
      ),
    ];
  }

  /** The studies changed: what is an id may be another thing now. */
  refresh(): void {
    this.#registration.dispose();
    this.#registration = this.#register();
  }

  async provideDocumentLinks(
    document: vscode.TextDocument,
    token: vscode.CancellationToken,
  ): Promise<vscode.DocumentLink[]> {
    const { names } = await this.finder.namesOf(document.uri);
    const { version } = document;
    const window = linkWindow(document.lineCount, linesInSight(document));
    const links: vscode.DocumentLink[] = [];
    let sinceTurn = 0;
    for (const { first, last } of window) {
      for (let line = first; line <= last && links.length < mostLinks; line++) {
        if (++sinceTurn % linesAtOnce === 0) await nextTurn();
        // A newer version is asked for by itself.
        if (token.isCancellationRequested || document.isClosed || document.version !== version) return [];
        this.linesScanned++;
        for (const found of scanLine(document.lineAt(line).text, (name) => names.has(name))) {
          const range = new vscode.Range(line, found.start, line, found.end);
          const { text, start } = found;
          links.push(imageLink(range, { document: document.uri.toString(), text, line, character: start }));
        }
      }
    }
    this.#linked.set(document, window);
    return links;
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#registration.dispose();
    for (const disposable of this.#disposables) disposable.dispose();
  }

  #register(): vscode.Disposable {
    return vscode.languages.registerDocumentLinkProvider(referenceSelector, this);
  }

  #scrolled(document: vscode.TextDocument): void {
    const window = this.#linked.get(document);
    if (window === undefined || covers(window, linesInSight(document))) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.refresh(), quiet);
  }
}
