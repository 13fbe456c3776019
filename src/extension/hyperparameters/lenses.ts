/** A lens above every line that sets a hyper-parameter: what its value scored, and a way to try it. */
import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { TrialSetting, TrialSource } from '../../protocol/imagePanel';
import type { ScoreRecord } from '../../protocol/scoreRecord';
import type { EngineClient } from '../client/engineClient';
import type { Log } from '../client/engineProcess';
import { lensNames, lensNamesSetting } from '../settings';
import type { Studies } from '../study/studies';
import { trialSettingOf, type HyperParameter } from './hyperParameter';
import { lensText } from './lensText';
import type { ParsedTexts } from './parsedTexts';
import { lookUpScore } from './scoreLookup';
import { wrongValue } from './studyTrial';
import { tryInPanelCommand } from './trials';

const selector: vscode.DocumentSelector = [
  { language: 'python', scheme: 'file' },
  { language: 'yaml', scheme: 'file' },
  { language: 'dockercompose', scheme: 'file', pattern: '**/*.{yml,yaml}' },
];
/** A text with more lenses than this is data. */
const mostLenses = 200;
/** Milliseconds without another score. */
const quiet = 300;

export class Lenses implements vscode.CodeLensProvider, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChangeCodeLenses = this.#changed.event;
  readonly #disposables: readonly { dispose(): unknown }[];
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly texts: ParsedTexts,
    private readonly studies: Studies,
    private readonly reader: EngineClient,
    private readonly log: Log,
  ) {
    const scores = vscode.workspace.createFileSystemWatcher('**/.lpcam/scores/*.json');
    const soon = () => this.#soon();
    this.#disposables = [
      this.#changed,
      scores,
      scores.onDidCreate(soon),
      scores.onDidChange(soon),
      scores.onDidDelete(soon),
      studies.onDidChange(soon),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration(lensNamesSetting)) soon();
      }),
      vscode.languages.registerCodeLensProvider(selector, this),
    ];
  }

  async provideCodeLenses(
    document: vscode.TextDocument,
    token: vscode.CancellationToken,
  ): Promise<vscode.CodeLens[]> {
    const parameters = await this.texts.parameters(document, lensNames(document.uri), token);
    if (parameters === null || parameters.length === 0) return [];
    const records = await this.#records(document.uri);
    if (token.isCancellationRequested) return [];
    return parameters.slice(0, mostLenses).flatMap((parameter) => lensesOf(document, parameter, records));
  }

  dispose(): void {
    clearTimeout(this.#timer);
    for (const disposable of this.#disposables) disposable.dispose();
  }

  async #records(code: vscode.Uri): Promise<readonly ScoreRecord[]> {
    const study = await this.studies.of(code.fsPath);
    if (study === null) return [];
    const outcome = await this.reader.request('scoreRecords', { study }, { subject: basename(code.fsPath) });
    if (outcome.ok) {
      for (const { message } of outcome.value.notices) this.log('warn', message);
      return outcome.value.records;
    }
    this.log('warn', `No scores for the lenses: ${outcome.failure.message}`);
    return [];
  }

  #soon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#changed.fire(), quiet);
  }
}

function tryTooltip(setting: TrialSetting, { name, text }: HyperParameter): string {
  if (setting === 'scales') return `Show an image with the network run at ${text}`;
  if (setting === 'k' || setting === 'split')
    return `Show an image with prototypes clustered with ${name} at ${text}, in a bank beside the study's own`;
  return `Show an image with ${name} at ${text}, and write back what you find`;
}

function lensesOf(
  document: vscode.TextDocument,
  parameter: HyperParameter,
  records: readonly ScoreRecord[],
): vscode.CodeLens[] {
  const { name, form, at, start, end, value } = parameter;
  const range = new vscode.Range(document.positionAt(start), document.positionAt(end));
  const { title, tooltip } = lensText(parameter, lookUpScore(records, name, value));
  // Without a command it is only read.
  const lenses = [new vscode.CodeLens(range, { title, tooltip, command: '' })];
  const setting = trialSettingOf(name);
  if (setting !== null && wrongValue(setting, value) === null) {
    const tried: TrialSource = { document: document.uri.toString(), name, form, at, start };
    lenses.push(
      new vscode.CodeLens(range, {
        title: '$(flame) Try in Panel',
        tooltip: tryTooltip(setting, parameter),
        command: tryInPanelCommand,
        arguments: [tried],
      }),
    );
  }
  return lenses;
}
