/** "Try in Panel": opens the image panel with a value of the code, at most one trial per panel. */
import * as vscode from 'vscode';
import { trialSourceSchema, type TrialSetting, type TrialSource } from '../../protocol/imagePanel';
import { pickImage } from '../commands/pickImage';
import type { ImagePanel } from '../panel/imagePanel';
import type { TrialMessage } from '../panel/imagePanelHost';
import type { ImagePanels } from '../panel/imagePanels';
import { showProblem } from '../problem';
import type { Studies } from '../study/studies';
import type { StudyReader } from '../study/studyReader';
import { trusted } from '../trust';
import { trialSettingOf, type HyperParameter } from './hyperParameter';
import { findAgain, findNearest } from './followed';
import { keepTrialBank } from './keepTrialBank';
import type { ParsedTexts } from './parsedTexts';
import { isStudySetting, studyTrialOf, wrongValue } from './studyTrial';
import { Trial } from './trial';

export const tryInPanelCommand = 'lpcam.tryInPanel';

export interface TrialParts {
  readonly panels: ImagePanels;
  readonly studies: Studies;
  readonly reader: StudyReader;
  readonly texts: ParsedTexts;
}

/** A panel that comes to the front in the column of the code would hide it: the code then goes beside it. */
async function keepInSight(code: vscode.Uri, column: vscode.ViewColumn | undefined): Promise<void> {
  const shown = vscode.window.visibleTextEditors.filter(
    ({ document }) => document.uri.toString() === code.toString(),
  );
  if (shown.length === 0 || shown.some(({ viewColumn }) => viewColumn !== column)) return;
  const [editor] = shown;
  const other = vscode.window.tabGroups.all.find(({ viewColumn }) => viewColumn !== column);
  await vscode.window.showTextDocument(code, {
    viewColumn: other?.viewColumn ?? vscode.ViewColumn.Beside,
    preserveFocus: true,
    preview: false,
    ...(editor && { selection: editor.selection }),
  });
}

export class Trials implements vscode.Disposable {
  readonly #trials = new Map<ImagePanel, Trial>();
  readonly #listener: vscode.Disposable;

  constructor(private readonly parts: TrialParts) {
    this.#listener = parts.panels.onDidChange(() => {
      for (const [panel, trial] of this.#trials) {
        if (!parts.panels.all.includes(panel)) this.#forget(panel);
        // The panel went over to another study, of which nothing is tried.
        else if (isStudySetting(trial.setting) && panel.study.trial === undefined) this.#end(panel);
      }
    });
  }

  /** @param raw what a lens hands on */
  async start(raw: unknown): Promise<void> {
    const tried = trialSourceSchema.safeParse(raw);
    const setting = tried.success ? trialSettingOf(tried.data.name) : null;
    if (!tried.success || setting === null) {
      void vscode.window.showInformationMessage(
        'Values are tried by the lenses above hyper-parameters in Python and YAML.',
      );
      return;
    }
    if (!trusted()) return;
    const uri = vscode.Uri.parse(tried.data.document, true);
    const document = await vscode.workspace.openTextDocument(uri);
    const parameters = await this.parts.texts.parameters(document, [tried.data.name]);
    const parameter = findAgain(parameters ?? [], tried.data);
    if (parameter === null) {
      void vscode.window.showWarningMessage(`${tried.data.name} is no longer there: try the lens again.`);
      return;
    }
    const wrong = wrongValue(setting, parameter.value);
    if (wrong !== null) {
      void vscode.window.showWarningMessage(
        `${parameter.name} is ${parameter.text}; the panel takes ${wrong}.`,
      );
      return;
    }
    const panel = await this.#panel(uri);
    if (panel === undefined) return;
    this.#forget(panel);
    panel.tryStudy(isStudySetting(setting) ? studyTrialOf(setting, parameter.value) : null);
    this.#follow(panel, document, setting, parameter, true);
  }

  /** A panel from before a reload of the window; its page has kept what it was set to. */
  async resume(panel: ImagePanel, source: TrialSource | null): Promise<void> {
    const setting = source && trialSettingOf(source.name);
    const found = source && setting && (await this.#findAgain(source));
    if (!found || this.#trials.has(panel) || !this.parts.panels.all.includes(panel)) {
      if (!this.#trials.has(panel)) this.#end(panel);
      return;
    }
    this.#follow(panel, found.document, setting, found.parameter, false);
  }

  /** What a panel says of its trial. */
  async receive(panel: ImagePanel, message: TrialMessage): Promise<void> {
    const trial = this.#trials.get(panel);
    if (message.type === 'endTrial' || trial === undefined) {
      this.#end(panel);
      return;
    }
    switch (message.type) {
      case 'showCode':
        return trial.showCode();
      case 'runTrial':
        return this.#run(trial);
      case 'keepTrialBank':
        if (await keepTrialBank(panel.study, this.parts.reader)) this.#end(panel);
        return;
      case 'writeBack': {
        const failure = await trial.write(message.value);
        if (failure !== null) await showProblem(failure);
      }
    }
  }

  dispose(): void {
    this.#listener.dispose();
    for (const panel of [...this.#trials.keys()]) this.#forget(panel);
  }

  /** The panel that is in sight, else one of an image that the person chooses. */
  async #panel(code: vscode.Uri): Promise<ImagePanel | undefined> {
    const { panels, studies, reader } = this.parts;
    const open = panels.shown ?? panels.all.at(-1);
    if (open !== undefined) {
      open.reveal(true);
      await keepInSight(code, open.column);
      return open;
    }
    const study = (await studies.of(code.fsPath)) ?? (await studies.current());
    const image = await pickImage(study, reader);
    if (image === undefined) return undefined;
    if (study !== null) return panels.open({ image, study, classes: null });
    // Asks for a checkpoint, or a study.
    await vscode.commands.executeCommand('lpcam.showActivationMaps', vscode.Uri.file(image));
    return panels.all.find((one) => one.image === image);
  }

  /** The panel goes over to what stands in the code now. */
  async #run(trial: Trial): Promise<void> {
    const { setting, panel } = trial;
    const value = await trial.value();
    if (value === null || !isStudySetting(setting)) return;
    const wrong = wrongValue(setting, value);
    if (wrong !== null) {
      void vscode.window.showWarningMessage(`The panel takes ${wrong}.`);
      return;
    }
    panel.tryStudy(studyTrialOf(setting, value));
    await trial.show(false);
  }

  async #findAgain(
    source: TrialSource,
  ): Promise<{ readonly document: vscode.TextDocument; readonly parameter: HyperParameter } | null> {
    try {
      const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(source.document, true));
      const parameters = await this.parts.texts.parameters(document, [source.name]);
      const parameter = findNearest(parameters ?? [], source);
      return parameter && { document, parameter };
    } catch {
      // The file is gone: there is nothing to come back to.
      return null;
    }
  }

  #follow(
    panel: ImagePanel,
    document: vscode.TextDocument,
    setting: TrialSetting,
    parameter: HyperParameter,
    apply: boolean,
  ): void {
    const { line } = document.positionAt(parameter.start);
    const { texts } = this.parts;
    this.#trials.set(panel, new Trial(panel, document.uri, setting, parameter, line, texts, apply));
  }

  /** The panel is by itself again. */
  #end(panel: ImagePanel): void {
    this.#forget(panel);
    panel.tryStudy(null);
    panel.showTrial(null, false);
  }

  #forget(panel: ImagePanel): void {
    this.#trials.get(panel)?.dispose();
    this.#trials.delete(panel);
  }
}
