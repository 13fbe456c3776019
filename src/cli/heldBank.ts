/** The bank that a study has already, if clustering again would give the same. */
import { readBank } from '../engine/bankFile';
import { clusteringKey } from '../engine/clustering/identity';
import { trainingImages } from '../engine/clustering/trainingImages';
import type { Engine } from '../engine/engine';
import type { ResolvedStudy } from '../engine/study/resolvedStudy';
import type { PrototypeBank } from '../lpcam/bank';
import type { StudySummary } from '../protocol/study';
import type { Job } from './program';

/**
 * Whether the bank was clustered from this checkpoint, these images and these settings. Gates are applied on load and do
 * not count.
 */
function isUpToDate(bank: PrototypeBank, study: ResolvedStudy, summary: StudySummary): boolean {
  const { network, classes, fusion } = summary;
  const { hash, features, classifier } = network;
  const training = trainingImages(study, classes);
  const clustered = { checkpointHash: hash, features, classifier, fusion };
  const key = clusteringKey(study, clustered, classes, training);
  return bank.provenance.identity === key;
}

/** The bank of the study if it is up to date; why it is not is said. */
export async function heldBank(
  engine: Engine,
  study: ResolvedStudy,
  reference: { readonly file: string },
  job: Job,
): Promise<PrototypeBank | null> {
  const summary = await engine.studies.openStudy({ study: reference }, job.signal);
  job.terminal.notice(summary.notices);
  if (summary.bank === null) return null;
  const bank = await readBank(study.bankPath, summary.classes);
  return isUpToDate(bank, study, summary) ? bank : null;
}
