/** How far a long job is and how long it still takes, in words. */
import { durationText } from '../../lpcam/durationText';
import type { Progress } from '../../protocol/progress';

/** Seconds and share before which an estimate would be a guess. */
const soonest = 3;
const least = 0.01;

export class ProgressEstimate {
  #stage = '';
  #began = 0;
  #first = 0;

  /** @param now seconds */
  constructor(private readonly now: () => number = () => performance.now() / 1000) {}

  /** "Making seeds: 12 of 1464, 3 min 05 s left" */
  text({ stage, done, total }: Progress): string {
    if (stage !== this.#stage) {
      this.#stage = stage;
      this.#began = this.now();
      this.#first = done;
    }
    if (total <= 0) return stage;
    const passed = this.now() - this.#began;
    const here = done - this.#first;
    const known = done < total && passed >= soonest && here / total >= least;
    const left = known ? `, ${durationText((passed / here) * (total - done))} left` : '';
    return `${stage}: ${done} of ${total}${left}`;
  }
}
