/** How fast a run over a data set goes, by what it tells of its progress. */
import type { Progress } from '../../src/protocol/progress';

/** Images go several at a time: of a few a rate would say how the last ones ended. */
const fewest = 12;

export class ImageRate {
  private readonly begun: number;
  /** When the first images were done, and the last. */
  private first: { readonly at: number; readonly done: number } | null = null;
  private last = { at: 0, done: 0 };
  /** From its making to its end. */
  seconds = 0;

  constructor(private readonly now: () => number = () => performance.now()) {
    this.begun = now();
  }

  readonly onEvent = ({ progress: { stage, done } }: { readonly progress: Progress }): void => {
    if (!/^(Extracting|Making)/.test(stage) || done <= this.last.done) return;
    this.last = { at: this.now(), done };
    this.first ??= this.last;
  };

  /** Images a second between the first that are done and the last; null: they are too few to tell. */
  get perSecond(): number | null {
    if (this.first === null || this.last.done < fewest) return null;
    return ((this.last.done - this.first.done) * 1000) / (this.last.at - this.first.at);
  }

  end(): void {
    this.seconds = (this.now() - this.begun) / 1000;
  }
}
