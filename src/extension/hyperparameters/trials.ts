/** "Try in Panel": opens the image panel with a value of the code, at most one trial per panel. */
import * as vscode from 'vscode';
import { z } from 'zod';
import { pickImage } from '../commands/pickImage';
import type { ImagePanel, TrialMessage } from '../panel/imagePanel';
import type { ImagePanels } from '../panel/imagePanels';
import { showProblem } from '../problem';
import type { Studies } from '../study/studies';
import type { StudyReader } from '../study/studyReader';
import { trusted } from '../trust';
import { trialSettingOf } from './hyperParameter';
import { findAgain } from './followed';
import type { ParsedTexts } from './parsedTexts';
import { Trial } from './trial';

export const tryInPanelCommand = 'lpcam.tryInPanel';

/** What a lens hands on. */
const triedSchema = z.object({
  document: z.string(),
  name: z.string(),
  form: z.enum(['default', 'argument', 'assignment', 'key']),
  at: z.int(),
  start: z.int(),
});
export type Tried = z.infer<typeof triedSchema>;

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
      for (const panel of this.#trials.keys()) if (!parts.panels.all.includes(panel)) this.#end(panel);
    });
  }

  /** @param raw what a lens hands on */
  async start(raw: unknown): Promise<void> {
    const tried = triedSchema.safeParse(raw);
    const setting = tried.success ? trialSettingOf(tried.data.name) : null;
    if (!tried.success || setting === null) {
      void vscode.window.showInformationMessage(
        'Values are tried by the lenses above thresholds and gates in Python and YAML.',
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
    const { name, value } = parameter;
    if (typeof value !== 'number' || value < 0 || value > 1) {
      void vscode.window.showWarningMessage(
        `${name} is ${parameter.text}; the panel takes a number from 0 to 1.`,
      );
      return;
    }
    const panel = await this.#panel(uri);
    if (panel === undefined) return;
    this.#end(panel);
    const { line } = document.positionAt(parameter.start);
    this.#trials.set(panel, new Trial(panel, uri, setting, parameter, line, this.parts.texts));
  }

  /** What a panel says of its trial. */
  async receive(panel: ImagePanel, message: TrialMessage): Promise<void> {
    const trial = this.#trials.get(panel);
    if (message.type === 'endTrial' || trial === undefined) {
      this.#end(panel);
      panel.showTrial(null, false);
      return;
    }
    if (message.type === 'showCode') return trial.showCode();
    const failure = await trial.write(message.value);
    if (failure !== null) await showProblem(failure);
  }

  dispose(): void {
    this.#listener.dispose();
    for (const panel of [...this.#trials.keys()]) this.#end(panel);
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

  #end(panel: ImagePanel): void {
    this.#trials.get(panel)?.dispose();
    this.#trials.delete(panel);
  }
}
