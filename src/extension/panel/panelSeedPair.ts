/** The two folders of seeds that a panel compares on its image: reads them, tells the page, reads again when they change. */
import { basename } from 'node:path';
import type * as vscode from 'vscode';
import type { ToImagePanel } from '../../protocol/imagePanel';
import type { ComparedFolders, SeedPair } from '../../protocol/seedPair';
import type { StudyReference } from '../../protocol/study';
import type { EngineClient } from '../client/engineClient';
import type { Log } from '../client/engineProcess';
import { ownImageSeed } from './ownBuffers';
import { WatchedFiles } from './watchedFiles';

type PairMessage = Extract<ToImagePanel, { type: 'seedPair' }>;

export interface PanelSeedPairHost {
  readonly reader: EngineClient;
  readonly log: Log;
  /** What the panel shows. */
  readonly target: () => { readonly image: string; readonly study: StudyReference };
  /** Whether the page was there to be told. */
  readonly post: (message: PairMessage) => boolean;
}

export class PanelSeedPair implements vscode.Disposable {
  readonly #host: PanelSeedPairHost;
  readonly #watched = new WatchedFiles(() => void this.#read());
  #compared: ComparedFolders | null = null;
  #pair: SeedPair | null = null;
  #reading = new AbortController();
  /** The page has not yet been told to put the seeds on the stage. */
  #toShow: PairMessage['show'] = null;

  constructor(host: PanelSeedPairHost) {
    this.#host = host;
  }

  get pair(): SeedPair | null {
    return this.#pair;
  }

  /** @param show null: the page shows what it showed before a reload */
  compare(compared: ComparedFolders, show: PairMessage['show']): void {
    this.#compared = compared;
    this.#pair = null;
    this.#toShow = show;
    this.tell();
    void this.#read();
  }

  /** The folders belong to another study now. */
  again(): void {
    if (this.#compared !== null) void this.#read();
  }

  end(): void {
    this.#reading.abort();
    this.#compared = null;
    this.#pair = null;
    this.#toShow = null;
    void this.#watched.watch([]);
    this.tell();
  }

  /** Tells the page all that is known; a fresh page knows nothing. */
  tell(): void {
    const told = this.#host.post({
      type: 'seedPair',
      compared: this.#compared,
      pair: this.#pair,
      show: this.#toShow,
    });
    if (told) this.#toShow = null;
  }

  dispose(): void {
    this.#reading.abort();
    this.#watched.dispose();
  }

  /** A newer question ends an older one. */
  async #read(): Promise<void> {
    this.#reading.abort();
    const reading = new AbortController();
    this.#reading = reading;
    const compared = this.#compared;
    if (compared === null) return;
    const { image, study } = this.#host.target();
    const { first, second } = compared;
    await this.#watched.settle();
    const outcome = await this.#host.reader.request(
      'seedPair',
      { study, image, first, second },
      { subject: basename(image), signal: reading.signal },
    );
    if (reading.signal.aborted) return;
    if (outcome.ok) {
      const own = ({ seed, problem }: SeedPair['first']) => ({ seed: seed && ownImageSeed(seed), problem });
      this.#pair = { first: own(outcome.value.first), second: own(outcome.value.second) };
    } else {
      const side = { seed: null, problem: outcome.failure.message };
      this.#pair = { first: side, second: side };
      this.#host.log('warn', `No seeds to compare of ${image}: ${outcome.failure.message}`);
    }
    this.tell();
    const files = [this.#pair.first, this.#pair.second].flatMap(({ seed }) => (seed ? [seed.path] : []));
    await this.#watched.watch(files);
  }
}
