/**
 * What a panel was told about its image, kept so that it can be told again: VS Code drops the page of a hidden panel,
 * and running the network once more to show it again would waste the person's time.
 */
import type { ExplanationHeader } from '../../protocol/explanation';
import type { Failure } from '../../protocol/failure';
import type { ToImagePanel } from '../../protocol/imagePanel';
import type { OpeningTimes } from './openingTimes';

type Opening = Extract<ToImagePanel, { type: 'opening' }>;
export type AnswerMessage = Extract<
  ToImagePanel,
  { type: 'header' | 'scale' | 'done' | 'failed' | 'seedFile' }
>;

export class Answer {
  readonly opening: Opening;
  #messages: AnswerMessage[] = [];

  /** @param times told of every message */
  constructor(
    opening: Opening,
    readonly times: OpeningTimes | null = null,
  ) {
    this.opening = opening;
  }

  get request(): number {
    return this.opening.request;
  }

  add(message: AnswerMessage): void {
    this.times?.reached(message.type);
    // A second header starts the maps anew: the engine was restarted in between.
    if (message.type === 'header') this.#messages = this.#messages.filter(({ type }) => type === 'seedFile');
    this.#messages.push(message);
  }

  get header(): ExplanationHeader | null {
    const found = this.#messages.find((message) => message.type === 'header');
    return found?.header ?? null;
  }

  /** Path of the study's seed file of the image; null: there is none, or it is not known yet. */
  get seedFile(): string | null {
    const found = this.#messages.find((message) => message.type === 'seedFile');
    return found?.seedFile?.path ?? null;
  }

  get scales(): number {
    return this.#messages.filter((message) => message.type === 'scale').length;
  }

  get done(): boolean {
    return this.#messages.some((message) => message.type === 'done');
  }

  get failure(): Failure | null {
    const found = this.#messages.find((message) => message.type === 'failed');
    return found?.failure ?? null;
  }

  /** Whether nothing more comes. */
  get finished(): boolean {
    return this.done || this.failure !== null;
  }

  /** Everything from the start, for a fresh page. */
  replay(): (Opening | AnswerMessage)[] {
    return [{ ...this.opening, keep: false }, ...this.#messages];
  }
}
