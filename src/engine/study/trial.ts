/** A study with a setting that is only tried: its own file and its own prototype bank stay as they are. */
import { basename, dirname, join } from 'node:path';
import type { Settings } from '../../lpcam/presets';
import type { StudyTrial } from '../../protocol/studyTrial';

/** The study's settings with those that are tried in their place. */
export function withTrial(settings: Settings, { scales, k, split }: StudyTrial): Settings {
  const { clustering, inference } = settings;
  return {
    ...settings,
    inference: { ...inference, scales: scales ?? inference.scales },
    clustering: { ...clustering, k: k ?? clustering.k, split: split ?? clustering.split },
  };
}

/**
 * Where the bank of a trial is or will be written: the study's own is never written over. Only what clustering depends
 * on has a bank of its own; a trial of scales is shown with the study's.
 * @param bankPath of the study; @returns that very path where nothing of clustering is tried
 */
export function trialBankPath(bankPath: string, { k, split }: StudyTrial): string {
  const tried = [
    ...(k === undefined ? [] : [`num_cluster-${k}`]),
    ...(split === undefined ? [] : [`select_thres-${split}`]),
  ];
  if (tried.length === 0) return bankPath;
  const name = basename(bankPath).replace(/\.[^.]+$/, '');
  return join(dirname(bankPath), '.lpcam', 'trials', `${tried.join('-')}-${name}.safetensors`);
}
