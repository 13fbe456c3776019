/** A request on its way to the engine. */
import type { EngineMethod } from '../../protocol/engine';
import { engineMethods } from '../../protocol/engine';
import type { Outcome } from './outcome';
import { internalFailure } from './outcome';

/** Jobs of one lane run one after the other; the lanes run beside each other inside the engine. */
export type Lane = 'maps' | 'cluster' | 'light';

/** How many jobs of a lane the engine gets at a time. The rest wait here, where a crash cannot touch them. */
export const laneWidth: Readonly<Record<Lane, number>> = { maps: 1, cluster: 1, light: 4 };

const lanes: Readonly<Record<EngineMethod, Lane>> = {
  hello: 'light',
  openStudy: 'light',
  draftStudy: 'light',
  inspect: 'maps',
  explain: 'maps',
  cluster: 'cluster',
  makeSeeds: 'cluster',
  thumbnails: 'light',
  openBank: 'light',
  bankGeometry: 'light',
  compareBanks: 'light',
  openSeed: 'light',
  imageSeed: 'light',
  seedPair: 'light',
  seedIou: 'light',
  seedsFolder: 'light',
  centreMap: 'maps',
  markCentres: 'light',
  openCheckpoint: 'light',
  tensorStatistics: 'light',
  classifierMatrix: 'light',
  hashCheckpoint: 'light',
  scoreSeeds: 'cluster',
  scoreRecords: 'light',
  lookAtCheckpoints: 'light',
  openTimeline: 'light',
  computeTimeline: 'cluster',
  seedPreview: 'light',
  imageNames: 'light',
  findImages: 'light',
  overlay: 'maps',
  readStages: 'light',
  computeStages: 'maps',
  devices: 'light',
  slurmChoices: 'light',
  slurmScripts: 'light',
  submitSlurmRun: 'light',
  slurmRuns: 'light',
  slurmStatus: 'light',
  resubmitSlurmRun: 'light',
  cancelSlurmRun: 'light',
  crash: 'maps',
};

/** For "while ...". */
const doing: Readonly<Record<EngineMethod, string>> = {
  hello: 'starting',
  openStudy: 'reading the study',
  draftStudy: 'looking around the checkpoint',
  inspect: 'reading the checkpoint',
  explain: 'computing activation maps',
  cluster: 'clustering prototypes',
  makeSeeds: 'making seeds',
  thumbnails: 'cutting out patches',
  openBank: 'reading the prototype bank',
  bankGeometry: 'comparing the prototypes',
  compareBanks: 'comparing the prototypes',
  openSeed: 'reading the seed',
  imageSeed: 'reading the seed',
  seedPair: 'reading the seeds',
  seedIou: 'scoring the seed',
  seedsFolder: 'looking for seeds',
  centreMap: 'computing similarity maps',
  markCentres: 'marking prototypes',
  openCheckpoint: 'reading the checkpoint',
  tensorStatistics: 'computing statistics',
  classifierMatrix: 'comparing the classes',
  hashCheckpoint: 'hashing the checkpoint',
  scoreSeeds: 'scoring seeds',
  scoreRecords: 'reading earlier scores',
  lookAtCheckpoints: 'looking for new checkpoints',
  openTimeline: 'reading the timeline',
  computeTimeline: 'computing the timeline',
  seedPreview: 'showing seeds',
  imageNames: 'listing the images',
  findImages: 'looking for images',
  overlay: 'computing activation maps',
  readStages: 'reading the stages',
  computeStages: 'computing CAM and LPCAM',
  devices: 'probing devices',
  slurmChoices: 'reading the study',
  slurmScripts: 'planning a run',
  submitSlurmRun: 'submitting to Slurm',
  slurmRuns: 'looking for runs',
  slurmStatus: 'asking how far a run is',
  resubmitSlurmRun: 'submitting to Slurm',
  cancelSlurmRun: 'cancelling a run',
  crash: 'crashing on purpose',
};

/** The order in which jobs are suspected when several were running at a crash: what runs native code first. */
const suspicion: readonly Lane[] = ['maps', 'cluster', 'light'];

export interface JobOptions {
  readonly id: number;
  readonly method: EngineMethod;
  readonly params: unknown;
  /** What it is about, for messages: a file name. */
  readonly subject: string | undefined;
  readonly onEvent: (event: unknown) => void;
  readonly onSettled: (outcome: Outcome<unknown>) => void;
}

export class Job {
  readonly id: number;
  readonly method: EngineMethod;
  readonly params: unknown;
  readonly lane: Lane;
  readonly #options: JobOptions;
  #settled = false;
  /** Crashes it was present at without being suspected. */
  crashesSeen = 0;
  /** When it was cancelled while running (milliseconds); undefined: it was not. */
  cancelledAt: number | undefined;

  constructor(options: JobOptions) {
    this.#options = options;
    this.id = options.id;
    this.method = options.method;
    this.params = options.params;
    this.lane = lanes[options.method];
  }

  /** For "while ...": "computing activation maps of boat.jpg". */
  get doing(): string {
    const { subject } = this.#options;
    return subject === undefined ? doing[this.method] : `${doing[this.method]} of ${subject}`;
  }

  /** Hands an event on. @returns what is wrong with it, or null */
  event(raw: unknown): string | null {
    if (this.#settled) return null;
    const parsed = engineMethods[this.method].event.safeParse(raw);
    if (!parsed.success) {
      const text = `The engine's event of ${this.method} has an unknown form: ${parsed.error.message}`;
      this.settle(internalFailure(text));
      return text;
    }
    this.#options.onEvent(parsed.data);
    return null;
  }

  /** Ends it with the engine's answer. @returns what is wrong with the answer, or null */
  answer(raw: unknown): string | null {
    if (this.#settled) return null;
    const parsed = engineMethods[this.method].result.safeParse(raw);
    if (parsed.success) {
      this.settle({ ok: true, value: parsed.data });
      return null;
    }
    const text = `The engine's answer to ${this.method} has an unknown form: ${parsed.error.message}`;
    this.settle(internalFailure(text));
    return text;
  }

  /** Tells whoever asked how it ended; only the first end counts. */
  settle(outcome: Outcome<unknown>): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#options.onSettled(outcome);
  }
}

/** Which of the running jobs most likely brought the engine down. */
export function suspect(running: readonly Job[]): Job | undefined {
  for (const lane of suspicion) {
    const found = running.find((job) => job.lane === lane);
    if (found) return found;
  }
  return undefined;
}
