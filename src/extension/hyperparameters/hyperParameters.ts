/** Hyper-parameters in code: their lenses and trials, put together. */
import * as vscode from 'vscode';
import type { TrialSource } from '../../protocol/imagePanel';
import type { EngineClient } from '../client/engineClient';
import type { Log } from '../client/engineProcess';
import type { ImagePanel } from '../panel/imagePanel';
import type { TrialMessage } from '../panel/imagePanelHost';
import type { ImagePanels } from '../panel/imagePanels';
import type { Studies } from '../study/studies';
import type { StudyReader } from '../study/studyReader';
import { Lenses } from './lenses';
import { ParsedTexts } from './parsedTexts';
import { Trials, tryInPanelCommand } from './trials';

export interface HyperParameterParts {
  readonly panels: ImagePanels;
  readonly studies: Studies;
  readonly reader: StudyReader;
  /** Answers without anything native. */
  readonly fileReader: EngineClient;
  readonly log: Log;
  /** Folder of the Python parser's files. */
  readonly parserFolder: string;
}

export class HyperParameters implements vscode.Disposable {
  readonly #trials: Trials;
  readonly #disposables: readonly { dispose(): unknown }[];

  constructor({ panels, studies, reader, fileReader, log, parserFolder }: HyperParameterParts) {
    const texts = new ParsedTexts(parserFolder);
    this.#trials = new Trials({ panels, studies, reader, texts });
    this.#disposables = [
      texts,
      this.#trials,
      new Lenses(texts, studies, fileReader, log),
      vscode.commands.registerCommand(tryInPanelCommand, (tried: unknown) => this.#trials.start(tried)),
    ];
  }

  receive(panel: ImagePanel, message: TrialMessage): Promise<void> {
    return this.#trials.receive(panel, message);
  }

  /** A panel from before a reload tried a value of the code. */
  resume(panel: ImagePanel, source: TrialSource | null): Promise<void> {
    return this.#trials.resume(panel, source);
  }

  dispose(): void {
    for (const disposable of this.#disposables) disposable.dispose();
  }
}
