/** From a text to images: what its words mean by the study it belongs to, and the overlays that are known of them. */
import { basename, dirname } from 'node:path';
import * as vscode from 'vscode';
import type { ReferredImage } from '../../protocol/reference';
import type { SeedIou } from '../../protocol/seedIou';
import type { StudyReference } from '../../protocol/study';
import type { EngineClient } from '../client/engineClient';
import type { Outcome } from '../client/outcome';
import type { ImagePanels } from '../panel/imagePanels';
import { runChoices } from '../settings';
import type { Studies } from '../study/studies';
import { studyKey } from '../study/studyReference';
import type { KnownNames, StudyNames } from './knownNames';
import type { KeptOverlay, OverlayStore } from './overlays';

/** The texts that are looked through: code, lists, tables and settings on disk. */
export const referenceSelector: vscode.DocumentSelector = [
  ...['plaintext', 'python', 'json', 'jsonc', 'jsonl', 'yaml', 'csv', 'tsv', 'toml', 'shellscript'].map(
    (language) => ({ language, scheme: 'file' }),
  ),
  { pattern: '**/*.{txt,lst,list,csv,tsv,jsonl,ids}', scheme: 'file' },
];

/** Longest side of an overlay, pixels: sharp at twice the height of a hover's pictures. */
const overlaySide = 480;

export interface FinderParts {
  /** Answers without anything native. */
  readonly reader: EngineClient;
  readonly engine: EngineClient;
  readonly studies: Studies;
  readonly names: StudyNames;
  readonly panels: ImagePanels;
  readonly store: OverlayStore;
}

/** A reference, with the study by which it was found. */
export interface Found {
  readonly study: StudyReference | null;
  readonly referred: ReferredImage;
}

export class ReferenceFinder {
  constructor(private readonly parts: FinderParts) {}

  studyOf(document: vscode.Uri): Promise<StudyReference | null> {
    return this.parts.studies.of(document.fsPath);
  }

  async namesOf(document: vscode.Uri): Promise<KnownNames> {
    return this.parts.names.of(await this.studyOf(document));
  }

  async find(document: vscode.Uri, text: string, signal?: AbortSignal): Promise<Outcome<Found>> {
    return this.findBy(await this.studyOf(document), document, text, signal);
  }

  /** The same by a study that somebody names. */
  async findBy(
    study: StudyReference | null,
    document: vscode.Uri,
    text: string,
    signal?: AbortSignal,
  ): Promise<Outcome<Found>> {
    const folders = [dirname(document.fsPath)];
    const workspace = vscode.workspace.getWorkspaceFolder(document);
    if (workspace?.uri.scheme === 'file') folders.push(workspace.uri.fsPath);
    const outcome = await this.parts.reader.request(
      'findImages',
      { study, references: [text], folders },
      { subject: basename(document.fsPath), ...(signal && { signal }) },
    );
    if (!outcome.ok) return outcome;
    const [referred] = outcome.value.images;
    const nothing: ReferredImage = { image: null, id: null, mask: null, classes: null, state: null };
    return { ok: true, value: { study, referred: referred ?? nothing } };
  }

  /** How the study's seed file of the image does; null: there is none, or no mask, or the reader could not tell. */
  async seedIou({ study, referred }: Found, signal: AbortSignal): Promise<SeedIou | null> {
    const { image } = referred;
    if (study === null || image === null || referred.mask === null) return null;
    const outcome = await this.parts.reader.request(
      'seedIou',
      { study, image },
      { subject: basename(image), signal },
    );
    return outcome.ok ? outcome.value.found : null;
  }

  /** The overlay that was computed before; of an image whose panel is open, the engine still knows the maps. */
  async known({ study, referred }: Found, signal: AbortSignal): Promise<KeptOverlay | null> {
    const { image, state } = referred;
    if (study === null || image === null || state === null) return null;
    const kept = await this.parts.store.find(state);
    if (kept !== null || !vscode.workspace.isTrusted) return kept;
    const panel = this.parts.panels.all.find(
      (one) => one.image === image && studyKey(one.study) === studyKey(study) && one.answer.done,
    );
    if (panel === undefined) return null;
    const outcome = await this.compute({ study, referred }, signal);
    return outcome.ok ? outcome.value : null;
  }

  /** Runs the study's network on the image and keeps the overlay. */
  async compute({ study, referred }: Found, signal: AbortSignal): Promise<Outcome<KeptOverlay>> {
    const { image, state } = referred;
    if (study === null || image === null || state === null) {
      return { ok: false, failure: { kind: 'input', message: 'There is no study to compute LPCAM by.' } };
    }
    const outcome = await this.parts.engine.request(
      'overlay',
      { study, image, side: overlaySide, ...runChoices() },
      { subject: basename(image), signal },
    );
    return outcome.ok ? { ok: true, value: await this.parts.store.keep(state, outcome.value) } : outcome;
  }
}
