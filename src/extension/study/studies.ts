/** The studies of the workspace: which there are, which one is selected, which one a file belongs to. */
import { stat } from 'node:fs/promises';
import { sep } from 'node:path';
import * as vscode from 'vscode';
import type { StudyReference } from '../../protocol/study';
import { activeFile } from '../activeFile';
import { nearestStudy } from './nearestStudy';
import { studyFile, studyFileName } from './studyReference';

const selectedKey = 'lpcam.selectedStudy';
/** More study files than this are no study's workspace but somebody's home folder. */
const mostStudies = 200;
/** Milliseconds without another folder. */
const quiet = 500;

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    // Gone again, or not for us to see.
    return false;
  }
}

export class Studies implements vscode.Disposable {
  readonly #memory: vscode.Memento;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #adopted = new vscode.EventEmitter<{ checkpoint: StudyReference; study: StudyReference }>();
  readonly #disposables: { dispose(): unknown }[] = [this.#changed, this.#adopted];
  #files: readonly string[] = [];
  #known: Promise<void> | null = null;
  #timer: NodeJS.Timeout | undefined;
  #selected: string | null;
  #checkpoint: StudyReference | null = null;

  /** Some study came, went or was selected. */
  readonly onDidChange = this.#changed.event;
  /** A study file was written for a checkpoint that had none. */
  readonly onDidAdopt = this.#adopted.event;

  /** @param memory keeps the selection over a reload */
  constructor(memory: vscode.Memento) {
    this.#memory = memory;
    this.#selected = memory.get<string | null>(selectedKey) ?? null;
    const watcher = vscode.workspace.createFileSystemWatcher(`**/${studyFileName}`);
    // A folder that comes or goes with its files, as by Git, is not always told file by file.
    const folders = vscode.workspace.createFileSystemWatcher('**/*', false, true, false);
    this.#disposables.push(
      watcher,
      watcher.onDidCreate(() => void this.refresh()),
      watcher.onDidDelete(() => void this.refresh()),
      folders,
      folders.onDidCreate((uri) => void this.#came(uri)),
      folders.onDidDelete((uri) => this.#went(uri)),
      { dispose: () => clearTimeout(this.#timer) },
      vscode.workspace.onDidChangeWorkspaceFolders(() => void this.refresh()),
    );
  }

  /** Study files of the workspace, by path. */
  get files(): readonly string[] {
    return this.#files;
  }

  /** The study file that the person selected for every image; null: each image's nearest. */
  get selected(): string | null {
    return this.#selected !== null && this.#files.includes(this.#selected) ? this.#selected : null;
  }

  /** Ends when the workspace was looked through once. */
  get known(): Promise<void> {
    return this.#known ?? this.refresh();
  }

  /** The checkpoint in use for images that have no study file. */
  get checkpoint(): StudyReference | null {
    return this.#checkpoint;
  }

  /** Looks for study files in the workspace. */
  refresh(): Promise<void> {
    const looked = this.#look();
    this.#known ??= looked;
    return looked;
  }

  async #came(uri: vscode.Uri): Promise<void> {
    // Seeds and checkpoints come by the thousand: what is called like a file is taken for one.
    if (uri.scheme !== 'file' || /\.[a-z]\w*$/i.test(uri.path) || !(await isFolder(uri.fsPath))) return;
    this.#refreshSoon();
  }

  #went({ fsPath }: vscode.Uri): void {
    if (this.#files.some((file) => file.startsWith(fsPath + sep))) this.#refreshSoon();
  }

  #refreshSoon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.refresh(), quiet);
  }

  async #look(): Promise<void> {
    const found = await vscode.workspace.findFiles(
      `**/${studyFileName}`,
      '**/{node_modules,.git,.lpcam}/**',
      mostStudies,
    );
    this.#files = found
      .filter((uri) => uri.scheme === 'file')
      .map((uri) => uri.fsPath)
      .sort();
    await vscode.commands.executeCommand('setContext', 'lpcam.hasStudy', this.#files.length > 0);
    // What is said when there is none must wait until that is known.
    await vscode.commands.executeCommand('setContext', 'lpcam.studiesKnown', true);
    this.#changed.fire();
  }

  /** @param file null: each image's nearest study again */
  async select(file: string | null): Promise<void> {
    this.#selected = file;
    await this.#memory.update(selectedKey, file);
    this.#changed.fire();
  }

  /** Uses a checkpoint for images that have no study file, until the window closes. */
  useCheckpoint(reference: StudyReference): void {
    this.#checkpoint = reference;
    this.#changed.fire();
  }

  /** A study file was just written for a checkpoint: it takes its place, in open panels too. */
  async adopt(checkpoint: StudyReference, file: string): Promise<void> {
    this.#checkpoint = null;
    if (!this.#files.includes(file)) this.#files = [...this.#files, file].sort();
    await vscode.commands.executeCommand('setContext', 'lpcam.hasStudy', true);
    this.#adopted.fire({ checkpoint, study: { file } });
    this.#changed.fire();
  }

  /**
   * The study of a file: the selected one, else the nearest above it, else the checkpoint chosen before, else the
   * workspace's only one. Null when there is none, or several and no reason to take one of them.
   */
  async of(path: string): Promise<StudyReference | null> {
    if (this.selected !== null) return { file: this.selected };
    const nearest = await nearestStudy(path);
    return nearest === null ? this.ofNothing() : { file: nearest };
  }

  /** The study of what lies nowhere on disk: the selected one, else the checkpoint chosen before, else the only one. */
  ofNothing(): StudyReference | null {
    if (this.selected !== null) return { file: this.selected };
    if (this.#checkpoint) return this.#checkpoint;
    const [only, ...others] = this.#files;
    return only !== undefined && others.length === 0 ? { file: only } : null;
  }

  /** The study that commands without a file mean: that of what is open, else the workspace's first. */
  async current(): Promise<StudyReference | null> {
    const open = activeFile();
    const found = open?.scheme === 'file' ? await this.of(open.fsPath) : null;
    if (found) return found;
    const file = this.selected ?? this.#files[0];
    return file === undefined ? this.#checkpoint : { file };
  }

  /** Whether a reference is to the selected study. */
  isSelected(reference: StudyReference): boolean {
    return this.selected !== null && studyFile(reference) === this.selected;
  }

  dispose(): void {
    for (const disposable of this.#disposables) disposable.dispose();
  }
}
