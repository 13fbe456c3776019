/** The same image under both banks of a comparison: which study, checkpoint and image, and what the engine tells of them. */
import { access } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import {
  comparedSides,
  type BankComparison,
  type ComparedSide,
  type ToComparePanel,
} from '../../protocol/comparison';
import type { Failure } from '../../protocol/failure';
import type { StudyReference, StudySummary } from '../../protocol/study';
import type { EngineClient } from '../client/engineClient';
import { pickImage, studyImages } from '../commands/pickImage';
import { ownEvent } from '../panel/ownBuffers';
import { runChoices } from '../settings';
import type { StudyReader } from '../study/studyReader';

export interface ImageUnderBothHost {
  /** The process that runs networks. */
  readonly engine: EngineClient;
  readonly studies: StudyReader;
  /** The study that a file belongs to, or null. */
  readonly studyOf: (file: string) => Promise<StudyReference | null>;
  /** The image that a panel shows, or showed last. */
  readonly lastImage: () => string | null;
}

/** What one bank's maps are made with. */
interface Side {
  readonly study: StudyReference;
  readonly summary: StudySummary;
  readonly checkpoint: string;
}

type Message = Extract<ToComparePanel, { type: `image.${string}` }>;

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );

const isInside = (folder: string, path: string) => !relative(folder, path).startsWith('..');

export class ImageUnderBoth {
  #running = new AbortController();
  #request = 0;
  #comparison: BankComparison | null = null;
  #image: string | null;
  #classes: readonly string[] | null = null;
  #sides: Readonly<Record<ComparedSide, Side>> | null = null;
  /** What was told of the request, for a page that comes back. */
  #told: Message[] = [];

  /** @param image shown before a reload; null: the image shown last, or the study's first */
  constructor(
    private readonly host: ImageUnderBothHost,
    private readonly post: (message: Message) => void,
    image: string | null,
  ) {
    this.#image = image;
  }

  /** The image that is shown; null before one was found. */
  get image(): string | null {
    return this.#image;
  }

  /** Everything that was told, for a fresh page. */
  replay(): readonly Message[] {
    return this.#told;
  }

  /** Runs the image under these banks; a newer wish ends an older one. */
  async compare(comparison: BankComparison): Promise<void> {
    this.#comparison = comparison;
    await this.#run();
  }

  async retry(): Promise<void> {
    if (this.host.engine.state === 'givenUp') this.host.engine.restart();
    await this.#run();
  }

  /** Asks the person for another image of the first bank's study. */
  async choose(): Promise<void> {
    const study = this.#sides?.first.study ?? null;
    const image = await pickImage(study, this.host.studies, 'LPCAM: Compare on Image');
    if (image === undefined) return;
    this.#image = image;
    this.#classes = null;
    await this.#run();
  }

  async useClass(className: string): Promise<void> {
    this.#classes = [className];
    await this.#run();
  }

  dispose(): void {
    this.#running.abort();
  }

  async #run(): Promise<void> {
    this.#running.abort();
    const running = new AbortController();
    this.#running = running;
    const request = ++this.#request;
    const comparison = this.#comparison;
    if (!comparison) return;
    this.#told = [];
    const tell = (message: Message) => {
      if (running.signal.aborted) return;
      this.#told.push(message);
      this.post(message);
    };
    const fail = (side: ComparedSide | null, failure: Failure) =>
      tell({ type: 'image.failed', request, side, failure });
    tell({ type: 'image.opening', request, image: this.#image, checkpoints: null, sameNetwork: false });
    const [first, second] = [await this.#side(comparison.first), await this.#side(comparison.second)];
    if ('kind' in first || 'kind' in second) {
      fail(null, 'kind' in first ? first : (second as Failure));
      return;
    }
    this.#sides = { first, second };
    const image = await this.#defaultImage(first);
    if (running.signal.aborted) return;
    if (image === null) {
      const message = 'The study names no folder of images. Choose an image.';
      fail(null, { kind: 'input', message });
      return;
    }
    this.#image = image;
    this.#told = [];
    tell({
      type: 'image.opening',
      request,
      image,
      checkpoints: { first: first.checkpoint, second: second.checkpoint },
      sameNetwork: first.summary.network.hash === second.summary.network.hash,
    });
    let classes = this.#classes;
    for (const side of comparedSides) {
      const outcome = await this.host.engine.request(
        'explain',
        {
          study: this.#sides[side].study,
          image,
          classes: classes && [...classes],
          ...runChoices(),
        },
        {
          subject: basename(image),
          signal: running.signal,
          onEvent: (event) => {
            const own = ownEvent(event);
            if (own.type === 'header') {
              // What one network predicts the other need not: both are asked for the same classes.
              classes ??= own.header.classes.map(({ name }) => name);
              tell({ type: 'image.header', request, side, header: own.header });
            } else tell({ type: 'image.scale', request, side, maps: own.maps });
          },
        },
      );
      if (outcome.ok) tell({ type: 'image.done', request, side });
      else if (outcome.failure.kind !== 'cancelled') fail(side, outcome.failure);
    }
  }

  /** The kept image, the one shown last if it is one of the study's, or the study's first. */
  async #defaultImage({ study, summary }: Side): Promise<string | null> {
    if (this.#image !== null && (await exists(this.#image))) return this.#image;
    const last = this.host.lastImage();
    if (last !== null && (summary.images === null || isInside(summary.images, last))) return last;
    return (await studyImages(study, this.host.studies))?.[0] ?? null;
  }

  /**
   * A bank is run with the study around it. Where that study has another checkpoint than the bank was clustered with, the
   * bank's own is looked for beside the bank and beside the study's; the engine says when a bank does not fit.
   */
  async #side({ path, checkpoint, checkpointHash }: BankComparison['first']): Promise<Side | Failure> {
    const study = await this.host.studyOf(path);
    if (study === null)
      return {
        kind: 'input',
        message: `No study (lpcam.json) lies above ${path}, so nothing says which network and which images belong to it.`,
        file: path,
      };
    const own = await this.host.studies.read(study);
    if (!own.ok) return own.failure;
    const summary = own.value;
    const { network, bankPath } = summary;
    if (bankPath === path) return { study, summary, checkpoint: network.checkpoint };
    if (!('file' in study))
      return {
        kind: 'input',
        message: `${path} is not the bank of ${network.checkpoint}, which has no study (lpcam.json) to lend it. Create one.`,
        file: path,
      };
    const others =
      checkpoint === null || checkpointHash === null || checkpointHash === network.hash
        ? []
        : [dirname(path), dirname(network.checkpoint)].map((folder) => join(folder, checkpoint));
    for (const weights of others) {
      if (weights === network.checkpoint || !(await exists(weights))) continue;
      const reference = { ...study, bank: path, weights };
      const outcome = await this.host.studies.read(reference);
      if (!outcome.ok) return outcome.failure;
      return { study: reference, summary: outcome.value, checkpoint: weights };
    }
    return { study: { ...study, bank: path }, summary, checkpoint: network.checkpoint };
  }
}
