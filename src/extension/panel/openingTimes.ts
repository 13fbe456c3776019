/** When the steps of showing an image were reached; one line of the log says so, for whoever wonders what took so long. */
import type { Log } from '../client/engineProcess';

/** In the order of the line; `page`: the page's script runs. */
const words = {
  asked: 'engine asked',
  header: 'header',
  scale: 'first maps',
  done: 'all maps',
  page: 'page ready',
} as const;
type Step = keyof typeof words;

function isStep(step: string): step is Step {
  return step in words;
}

export class OpeningTimes {
  readonly #began = performance.now();
  readonly #reached = new Map<Step, number>();
  #told = false;

  /** @param pageWasReady nothing has to be loaded before it can be shown */
  constructor(
    private readonly subject: string,
    private readonly log: Log,
    pageWasReady: boolean,
  ) {
    if (pageWasReady) this.#reached.set('page', 0);
  }

  /** Counts once; what is no step is none. Without maps (an error, an older run) there is no line. */
  reached(step: string): void {
    if (!isStep(step) || this.#reached.has(step)) return;
    this.#reached.set(step, performance.now() - this.#began);
    if (this.#told || !this.#reached.has('done') || !this.#reached.has('page')) return;
    this.#told = true;
    const times = (Object.keys(words) as Step[]).map(
      (name) => `${words[name]} ${(this.#reached.get(name) ?? 0).toFixed(0)} ms`,
    );
    this.log('info', `${this.subject} opened: ${times.join(', ')}`);
  }
}
