/** A value of the code that is tried in a panel: followed through edits, and written back where it still stands. */
import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { Trial as ShownTrial, TrialSetting, TriedValue } from '../../protocol/imagePanel';
import type { Failure } from '../../protocol/failure';
import type { ImagePanel } from '../panel/imagePanel';
import { movedOffset } from './edits';
import { findAgain, type Followed } from './followed';
import type { HyperParameter } from './hyperParameter';
import { rewritten } from './literal';
import { triedOf } from './studyTrial';
import type { ParsedTexts } from './parsedTexts';

/** Milliseconds without an edit. */
const quiet = 120;
/** The text changes while it is read: so many times in a row somebody is typing. */
const attempts = 5;

export class Trial implements vscode.Disposable {
  #followed: Followed;
  #line: number;
  #timer: NodeJS.Timeout | undefined;
  readonly #listener: vscode.Disposable;

  constructor(
    readonly panel: ImagePanel,
    readonly uri: vscode.Uri,
    readonly setting: TrialSetting,
    parameter: HyperParameter,
    line: number,
    private readonly texts: ParsedTexts,
    /** Set the panel to the value; one from before a reload is set already. */
    apply: boolean,
  ) {
    this.#followed = parameter;
    this.#line = line;
    this.#listener = vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      if (document.uri.toString() !== uri.toString() || contentChanges.length === 0) return;
      for (const change of contentChanges) {
        const { name, form, at, start } = this.#followed;
        this.#followed = { name, form, at: movedOffset(at, change), start: movedOffset(start, change) };
      }
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => void this.show(false), quiet);
    });
    panel.showTrial(this.#shown(parameter), apply);
  }

  /** Tells the panel where the value stands now, and what it is. */
  async show(apply: boolean): Promise<void> {
    const found = await this.#find();
    if (found !== 'busy') this.panel.showTrial(this.#shown(found?.parameter ?? null), apply);
  }

  /**
   * Writes a value over the literal: an ordinary edit, which can be undone.
   * @returns why nothing was written, or null
   */
  async write(value: number): Promise<Failure | null> {
    const found = await this.#find();
    const gone = `${this.#followed.name} is no longer where it was in ${basename(this.uri.fsPath)}`;
    if (found === 'busy' || found === null) {
      const why = found === null ? gone : `${basename(this.uri.fsPath)} is being edited`;
      return { kind: 'input', message: `${why}: nothing was written.`, file: this.uri.fsPath };
    }
    const { document, parameter } = found;
    const { start, end, text } = parameter;
    const range = new vscode.Range(document.positionAt(start), document.positionAt(end));
    if (document.getText(range) !== text)
      return { kind: 'input', message: `${gone}: nothing was written.`, file: this.uri.fsPath };
    const edit = new vscode.WorkspaceEdit();
    edit.replace(this.uri, range, rewritten(text, value));
    // VS Code refuses it where the text has changed since.
    if (await vscode.workspace.applyEdit(edit)) return null;
    return {
      kind: 'input',
      message: `${basename(this.uri.fsPath)} could not be edited: it was changed at the same moment, or is read-only.`,
      file: this.uri.fsPath,
    };
  }

  async showCode(): Promise<void> {
    const found = await this.#find();
    const document = await vscode.workspace.openTextDocument(this.uri);
    const offset = found === 'busy' || found === null ? null : found.parameter.start;
    const place = offset === null ? new vscode.Position(this.#line, 0) : document.positionAt(offset);
    await vscode.window.showTextDocument(document, {
      viewColumn: vscode.ViewColumn.One,
      selection: new vscode.Range(place, place),
    });
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#listener.dispose();
  }

  async #find(): Promise<
    { readonly document: vscode.TextDocument; readonly parameter: HyperParameter } | null | 'busy'
  > {
    for (let attempt = 0; attempt < attempts; attempt++) {
      const document = await vscode.workspace.openTextDocument(this.uri);
      const parameters = await this.texts.parameters(document, [this.#followed.name]);
      if (parameters === null) continue;
      const parameter = findAgain(parameters, this.#followed);
      if (parameter === null) return null;
      this.#line = document.positionAt(parameter.start).line;
      // The literal may have been written anew around the place that was followed.
      this.#followed = parameter;
      return { document, parameter };
    }
    return 'busy';
  }

  /** What stands in the code now; null: it is no longer there, or somebody is typing. */
  async value(): Promise<TriedValue | null> {
    const found = await this.#find();
    return found === 'busy' || found === null ? null : triedValueOf(found.parameter);
  }

  #shown(parameter: HyperParameter | null): ShownTrial {
    const { name, form, at, start } = this.#followed;
    const { setting, uri } = this;
    return {
      name,
      setting,
      place: `${basename(uri.fsPath)}:${this.#line + 1}`,
      written: parameter && triedValueOf(parameter),
      tried: triedOf(this.panel.study.trial, setting),
      source: { document: uri.toString(), name, form, at, start },
    };
  }
}

const triedValueOf = ({ value }: HyperParameter): TriedValue =>
  typeof value === 'number' ? value : [...value];
