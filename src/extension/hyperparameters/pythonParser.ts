/** Tree-sitter's Python parser, loaded at the first Python text. It is WebAssembly: nothing native runs. */
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import pLimit from 'p-limit';
import type { Edit, Parser, Tree } from 'web-tree-sitter';
import { treeEdit, type TextChange } from './edits';

/** Milliseconds of parsing after which others get a turn. */
const slice = 12;

export class PythonParser {
  readonly #folder: string;
  /** The parser keeps the state of a parse that pauses: one at a time. */
  readonly #limit = pLimit(1);
  #loading: Promise<Parser> | null = null;
  #edit: typeof Edit | null = null;
  /** Slices of all parses so far: what tests count instead of time. */
  slices = 0;

  /** @param folder of `web-tree-sitter.wasm` and `tree-sitter-python.wasm` */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * @param old the tree of an earlier text with every edit since told to it: only what changed is parsed
   * @param cancelled asked between slices
   * @returns null when it was cancelled
   */
  async parse(text: string, old: Tree | null, cancelled: () => boolean): Promise<Tree | null> {
    this.#loading ??= this.#load();
    const parser = await this.#loading;
    return this.#limit(() => this.#parse(parser, text, old, cancelled));
  }

  /** Tells a tree of edits, in the order they were made. */
  tell(tree: Tree, changes: readonly TextChange[]): void {
    // Whoever has a tree has loaded the parser.
    if (this.#edit === null) return;
    for (const change of changes) tree.edit(new this.#edit(treeEdit(change)));
  }

  async #parse(
    parser: Parser,
    text: string,
    old: Tree | null,
    cancelled: () => boolean,
  ): Promise<Tree | null> {
    for (;;) {
      if (cancelled()) {
        parser.reset();
        return null;
      }
      const end = performance.now() + slice;
      this.slices++;
      // Called again with the same text, it goes on where it stopped.
      const tree = parser.parse(text, old, { progressCallback: () => performance.now() > end });
      if (tree !== null) return tree;
      await nextTurn();
    }
  }

  async #load(): Promise<Parser> {
    const { Edit, Language, Parser } = await import('web-tree-sitter');
    await Parser.init({ locateFile: (name: string) => join(this.#folder, name) });
    this.#edit = Edit;
    const parser = new Parser();
    parser.setLanguage(await Language.load(join(this.#folder, 'tree-sitter-python.wasm')));
    return parser;
  }
}
