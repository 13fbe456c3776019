/** A data set on a device: its features, prototypes and seeds, as `lpcam` makes them. */
import type { Engine } from '../../src/engine/engine';
import type { PrecisionName } from '../../src/protocol/deviceNames';
import { deviceEngine } from './deviceEngine';
import { ImageRate } from './imageRate';
import type { Job } from './jobs';
import { someIds, writeStudy } from './subjects';

export interface DataSetTimes {
  readonly images: number;
  /** After the first image or batch, whose kernels are compiled; photographs of all sizes. Null: too few to tell. */
  readonly featuresPerSecond: number | null;
  /** LPCAM seeds with four scales and the mirror. */
  readonly seedsPerSecond: number | null;
  /** The same without trying images of one size together; null also on the CPU, which never does. */
  readonly seedsOneByOnePerSecond: number | null;
  /** What the engine found out about images of one size together, features first. */
  readonly batches: readonly string[];
  /** Seconds, all of it with opening the network. */
  readonly features: number;
  readonly prototypes: number;
  readonly seeds: number;
}

const { signal } = new AbortController();

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
  const features = new ImageRate();
  const part = { kind: 'features', shard: null } as const;
  await engine.clustering.clusterPart({ study, ...choices }, part, features.onEvent, signal);
  features.end();
  const prototypes = new ImageRate();
  await engine.clustering.cluster({ study, ...choices }, prototypes.onEvent, signal);
  prototypes.end();
  const makeSeeds = async (by: Engine): Promise<ImageRate> => {
    const rate = new ImageRate();
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
  const oneByOne = device === 'cpu' ? null : await makeSeeds(single);
  return {
    images: ids.length,
    featuresPerSecond: features.perSecond,
    seedsPerSecond: seeds.perSecond,
    seedsOneByOnePerSecond: oneByOne?.perSecond ?? null,
    batches,
    features: features.seconds,
    prototypes: prototypes.seconds,
    seeds: seeds.seconds,
  };
}
