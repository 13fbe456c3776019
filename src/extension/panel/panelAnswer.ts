/** What a panel knows of its image: asks the engine and the reader, and watches the files that the answer was made of. */
import { basename } from 'node:path';
import type * as vscode from 'vscode';
import type { Failure } from '../../protocol/failure';
import type { ToImagePanel } from '../../protocol/imagePanel';
import { runChoices } from '../settings';
import { studyName } from '../study/studyReference';
import { Answer, type AnswerMessage } from './answer';
import type { ImagePanelHost, ImageTarget } from './imagePanelHost';
import { OpeningTimes } from './openingTimes';
import { ownEvent, ownImageSeed } from './ownBuffers';
import type { PanelCheckpoint } from './panelCheckpoint';
import { WatchedFiles } from './watchedFiles';

/**
 * Most bytes of patch-to-patch attention sent to a page, which may be far from the engine (SSH): 8 MB for an image of
 * VOC's size under MCTformer+'s three scales; this much is an image of 1.5 million pixels at one scale.
 */
const affinityLimit = 128 * 2 ** 20;

export interface PanelAnswerHost extends Pick<ImagePanelHost, 'engine' | 'fileReader' | 'reader' | 'log'> {
  readonly target: () => ImageTarget;
  readonly pageReady: () => boolean;
  readonly post: (message: ToImagePanel) => void;
  /** There is another answer. */
  readonly onChange: () => void;
  /** The answer has grown by a message, which was posted. */
  readonly onTold: (message: AnswerMessage) => void;
  /** The checkpoint that stayed shown is not there any more. */
  readonly onGone: () => void;
  readonly onFilesChanged: () => void;
}

export class PanelAnswer implements vscode.Disposable {
  readonly #host: PanelAnswerHost;
  readonly #checkpoint: PanelCheckpoint;
  readonly #watched: WatchedFiles;
  readonly #closed = new AbortController();
  #answer: Answer;
  #explaining: AbortController | undefined;

  constructor(host: PanelAnswerHost, checkpoint: PanelCheckpoint) {
    this.#host = host;
    this.#checkpoint = checkpoint;
    this.#watched = new WatchedFiles(host.onFilesChanged);
    this.#answer = new Answer(this.#opening(0, false));
  }

  /** As far as it is here. */
  get known(): Answer {
    return this.#answer;
  }

  /** Runs the network on the image; what an older run still sends is dropped. */
  async ask(keep: boolean): Promise<void> {
    this.#explaining?.abort();
    const explaining = new AbortController();
    this.#explaining = explaining;
    const { image, classes, study: own } = this.#host.target();
    const study = this.#checkpoint.reference(own);
    const times = new OpeningTimes(basename(image), this.#host.log, this.#host.pageReady());
    const answer = new Answer(this.#opening(this.#answer.request + 1, keep), times);
    this.#answer = answer;
    this.#host.post(answer.opening);
    this.#host.onChange();
    await this.#watched.settle();
    if (this.#ofOlder(answer)) return;
    await this.#watched.watch(this.#files());
    if (this.#ofOlder(answer)) return;
    void this.#bringSeedFile(answer, explaining.signal);
    times.reached('asked');
    const outcome = await this.#host.engine.request(
      'explain',
      { study, image, classes: classes && [...classes], ...runChoices(), affinityLimit },
      {
        subject: basename(image),
        signal: explaining.signal,
        onEvent: (event) => this.#tell(answer, { ...ownEvent(event), request: answer.request }),
      },
    );
    if (this.#ofOlder(answer)) return;
    const { request } = answer;
    if (outcome.ok) this.#tell(answer, { type: 'done', request, ...outcome.value });
    else this.#tell(answer, { type: 'failed', request, failure: outcome.failure });
    if (!outcome.ok && this.#checkpoint.isGone(outcome.failure)) {
      this.#host.onGone();
      return;
    }
    await this.#afterwards(answer, outcome.ok ? null : outcome.failure);
  }

  /** Ends the run that is on its way. */
  cancel(): void {
    this.#explaining?.abort();
  }

  dispose(): void {
    this.#closed.abort();
    this.cancel();
    this.#watched.dispose();
  }

  #opening(request: number, keep: boolean): Extract<ToImagePanel, { type: 'opening' }> {
    const { image, origin, study } = this.#host.target();
    const from = origin === undefined ? {} : { origin };
    return { type: 'opening', request, image, ...from, study: studyName(study), reference: study, keep };
  }

  #tell(answer: Answer, message: AnswerMessage): void {
    if (answer !== this.#answer) return;
    answer.add(message);
    this.#host.post(message);
    this.#host.onTold(message);
  }

  /** Whether somebody asked anew, or closed the panel, since. */
  #ofOlder(answer: Answer): boolean {
    return answer !== this.#answer || this.#closed.signal.aborted;
  }

  /** Files known to matter before anything is read; checkpoints are followed, until they are whole. */
  #files(): string[] {
    const { study, image } = this.#host.target();
    return 'checkpoint' in study ? [image] : [image, study.file];
  }

  /** The seed file is read beside the network's run; without one the panel is whole, too. */
  async #bringSeedFile(answer: Answer, signal: AbortSignal): Promise<void> {
    const { image, study } = this.#host.target();
    const outcome = await this.#host.fileReader.request(
      'imageSeed',
      { study, image },
      { subject: basename(image), signal },
    );
    if (this.#ofOlder(answer)) return;
    if (!outcome.ok && outcome.failure.kind !== 'cancelled')
      this.#host.log('warn', `No seed file beside ${image}: ${outcome.failure.message}`);
    const seedFile = outcome.ok ? outcome.value.found : null;
    const { request } = answer;
    this.#tell(answer, { type: 'seedFile', request, seedFile: seedFile && ownImageSeed(seedFile) });
  }

  /** Watches what the answer was made of; asks for the bank's path, which the answer does not name where there is no bank yet. */
  async #afterwards(answer: Answer, failure: Failure | null): Promise<void> {
    const files = [...this.#files(), ...(answer.header?.otherFiles ?? [])];
    if (failure?.file !== undefined && !this.#checkpoint.follows(failure.file)) files.push(failure.file);
    if (failure?.kind !== 'engine' && failure?.kind !== 'cancelled') {
      const outcome = await this.#host.reader.read(this.#host.target().study, this.#closed.signal);
      if (outcome.ok) files.push(outcome.value.bankPath);
    }
    if (!this.#ofOlder(answer)) await this.#watched.watch(files);
  }
}
