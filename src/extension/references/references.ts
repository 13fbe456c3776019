/** Image references in texts: their links, hovers and commands, put together. */
import * as vscode from 'vscode';
import type { Log } from '../client/engineProcess';
import { computeOverlayCommand, openReferenceCommand } from './commandLink';
import { ImageHover } from './imageHover';
import { ImageLinks } from './imageLinks';
import { StudyNames } from './knownNames';
import { OverlayStore } from './overlays';
import { computeOverlay, openReference } from './referenceCommands';
import { ReferenceFinder, referenceSelector, type FinderParts } from './referenceFinder';

export interface ReferenceParts extends Omit<FinderParts, 'names' | 'store'> {
  readonly log: Log;
  /** Where overlays are kept. */
  readonly storage: string;
}

export class References implements vscode.Disposable {
  readonly finder: ReferenceFinder;
  readonly #links: ImageLinks;
  readonly #disposables: readonly { dispose(): unknown }[];

  constructor({ log, storage, ...parts }: ReferenceParts) {
    const names = new StudyNames(parts.reader, log);
    this.finder = new ReferenceFinder({ ...parts, names, store: new OverlayStore(storage) });
    this.#links = new ImageLinks(this.finder);
    const { studies } = parts;
    // Every new folder makes the workspace be looked through again, mostly to the same end.
    const state = () => JSON.stringify([studies.files, studies.selected, studies.checkpoint]);
    let last = state();
    const renew = () => {
      names.forget();
      if (state() === last) return;
      last = state();
      this.#links.refresh();
    };
    this.#disposables = [
      this.#links,
      vscode.languages.registerHoverProvider(referenceSelector, new ImageHover(this.finder)),
      vscode.commands.registerCommand(openReferenceCommand, (link: unknown) =>
        openReference(this.finder, parts.panels, link),
      ),
      vscode.commands.registerCommand(computeOverlayCommand, (link: unknown) =>
        computeOverlay(this.finder, link),
      ),
      studies.onDidChange(renew),
    ];
  }

  get linesScanned(): number {
    return this.#links.linesScanned;
  }

  dispose(): void {
    for (const disposable of this.#disposables) disposable.dispose();
  }
}
