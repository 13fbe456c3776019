/** Both k-means of one class: its centres, scored, with their nearest patches. */
import type { Centre, CentreSet, ClusteringTrace } from '../../lpcam/bank';
import type { Notice } from '../../lpcam/notice';
import type { Clustering } from '../../lpcam/presets';
import type { CamNetwork } from '../../network/camNetwork';
import { scorePrototype, type Head } from '../../network/prototypeScores';
import type { SetRows } from './classRows';
import { centreSets } from './classRows';
import { keepRows } from './keptRows';
import type { RowMemory } from './keptRows';
import { kmeans } from './kmeans';
import type { KmeansStep } from './kmeansStep';
import { clusterFacts } from './nearestPatches';
import { mixedSeed, seededRandom } from './random';
import { streams } from './trainingImages';

const patchLimits = { perCentre: 8, perImage: 2 };

export interface ClassCentres {
  readonly centres: readonly Centre[];
  readonly traces: readonly ClusteringTrace[];
}

export interface SetOptions {
  readonly network: Head & Pick<CamNetwork, 'channels'>;
  readonly clustering: Clustering;
  readonly classIndex: number;
  readonly step: KmeansStep;
  /** For rows that stay in memory. */
  readonly memory: RowMemory;
  readonly signal: AbortSignal;
  readonly onIteration: (set: CentreSet, iteration: number, summedShift: number) => void;
}

/** Clusters one set of a class; a set without rows has no centres. */
export async function clusterSet(gathered: SetRows, options: SetOptions): Promise<ClassCentres> {
  const { network, clustering, classIndex, step, memory, signal, onIteration } = options;
  const { set, rows, origins } = gathered;
  if (rows.count === 0) {
    const trace = {
      classIndex,
      set,
      rows: 0,
      k: 0,
      initialRows: [],
      summedShift: [],
      settled: true,
      reseeded: [],
    };
    return { centres: [], traces: [trace] };
  }
  const seed = mixedSeed(clustering.seed, classIndex, streams.rows + centreSets.indexOf(set));
  const kept = await keepRows(rows, memory, step.device, signal);
  const result = await kmeans(kept, step, {
    k: clustering.k,
    tolerance: clustering.tolerance,
    maxIterations: clustering.maxIterations,
    random: seededRandom(seed),
    signal,
    onIteration: (iteration, shift) => onIteration(set, iteration, shift),
  });
  const facts = await clusterFacts(kept, step, result, origins, patchLimits, signal);
  const { channels } = network;
  const centres = Array.from({ length: result.k }, (_, place): Centre => {
    const vector = result.centres.slice(place * channels, (place + 1) * channels);
    return {
      classIndex,
      set,
      vector,
      scores: scorePrototype(network, vector),
      size: result.sizes[place] ?? 0,
      spread: facts[place]?.spread ?? null,
      mark: null,
      patches: facts[place]?.patches ?? [],
    };
  });
  const { k, initialRows, summedShift, settled, reseeded } = result;
  const trace = { classIndex, set, rows: rows.count, k, initialRows, summedShift, settled, reseeded };
  return { centres, traces: [trace] };
}

/** What a person must know about one k-means run (lpcam.md, section 6). */
export function traceNotices(trace: ClusteringTrace, className: string, wanted: Clustering): Notice[] {
  const { classIndex, set, rows, k } = trace;
  const notices: Notice[] = [];
  const say = (kind: Notice['kind'], what: string) =>
    notices.push({ kind, classIndex, message: `${className}, ${set}: ${what}` });
  if (rows === 0)
    say(
      'no-rows',
      `no position of its images has a CAM ${set === 'foreground' ? 'above' : 'below'} ${wanted.split}, so there are no centres.`,
    );
  else if (k < wanted.k)
    say('fewer-rows-than-k', `only ${rows} rows, so ${k} centres instead of ${wanted.k}.`);
  if (trace.reseeded.length > 0)
    say(
      'empty-cluster',
      `a cluster ran empty in ${trace.reseeded.length} of ${trace.summedShift.length} iterations and started again from the farthest row.`,
    );
  if (!trace.settled)
    say(
      'not-settled',
      `not settled after ${trace.summedShift.length} iterations (last summed shift ${trace.summedShift.at(-1)?.toFixed(2) ?? '?'}).`,
    );
  return notices;
}
