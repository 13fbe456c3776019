/** A data set on a device: its features, prototypes and seeds, as `lpcam` makes them. */
import type { Engine } from '../../src/engine/engine';
import type { PrecisionName } from '../../src/protocol/deviceNames';
import type { Progress } from '../../src/protocol/progress';
import { deviceEngine } from './deviceEngine';
import type { Job } from './jobs';
import { someIds, writeStudy } from './subjects';

export interface DataSetTimes {
  readonly images: number;
  /** After the first image, whose kernels are compiled; photographs of all sizes. Null: too few to tell. */
  readonly featuresPerSecond: number | null;
  /** LPCAM seeds with four scales and the mirror. */
  readonly seedsPerSecond: number | null;
  /** The same without trying images of one size together. */
  readonly seedsOneByOnePerSecond: number | null;
  /** What the engine found out about images of one size together, features first. */
  readonly batches: readonly string[];
  /** Seconds, all of it with opening the network. */
  readonly features: number;
  readonly prototypes: number;
  readonly seeds: number;
}

/** Seeds are made three at a time: of a few images a rate would say how the last three ended. */
const fewest = 12;
const { signal } = new AbortController();

/** Images a second between the first and the last image that a job tells of. */
class Rate {
  private readonly at: number[] = [];
  private readonly begun = performance.now();
  private last = 0;
  /** From beginning to end. */
  seconds = 0;

  readonly onEvent = ({ progress: { stage, done } }: { readonly progress: Progress }): void => {
    if (!/^(Extracting|Making)/.test(stage) || done <= this.last) return;
    this.last = done;
    this.at.push(performance.now());
  };

  get perSecond(): number | null {
    if (this.at.length < fewest) return null;
    const [first = 0] = this.at;
    return ((this.at.length - 1) * 1000) / ((this.at.at(-1) ?? 0) - first);
  }

  end(): void {
    this.seconds = (performance.now() - this.begun) / 1000;
  }
}

/** Leaves the bank behind. */
export async function dataSetJob(job: Job, precision: PrecisionName): Promise<DataSetTimes> {
  const { subject, device, images, folder, bank, inputScript } = job;
  const ids = someIds(subject, images);
  const study = { file: await writeStudy(subject, ids, device, folder, bank) };
  const choices = { deviceChoice: device, precisionChoice: precision };
  const batches: string[] = [];
  const log = (line: string) => {
    if (line.startsWith('Batches: ')) batches.push(line);
  };
  await using engine = deviceEngine(inputScript, { log });
  const features = new Rate();
  const part = { kind: 'features', shard: null } as const;
  await engine.clustering.clusterPart({ study, ...choices }, part, features.onEvent, signal);
  features.end();
  const prototypes = new Rate();
  await engine.clustering.cluster({ study, ...choices }, prototypes.onEvent, signal);
  prototypes.end();
  const makeSeeds = async (by: Engine): Promise<Rate> => {
    const rate = new Rate();
    const outputs = [{ method: 'lpcam' as const, schema: null, folder: null }];
    const asked = { study, outputs, list: null, force: true, ...choices };
    const { failed } = await by.makeSeeds(asked, rate.onEvent, signal);
    const [first] = failed;
    if (first !== undefined) throw new Error(`${failed.length} seeds failed, first: ${first.message}`);
    rate.end();
    return rate;
  };
  const seeds = await makeSeeds(engine);
  await using single = deviceEngine(inputScript, { imagesTogether: { [device]: 1 } });
  const oneByOne = await makeSeeds(single);
  return {
    images: ids.length,
    featuresPerSecond: features.perSecond,
    seedsPerSecond: seeds.perSecond,
    seedsOneByOnePerSecond: oneByOne.perSecond,
    batches,
    features: features.seconds,
    prototypes: prototypes.seconds,
    seeds: seeds.seconds,
  };
}
