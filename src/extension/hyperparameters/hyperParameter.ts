/** A value of a hyper-parameter written in code or settings. */
import type { TrialSetting } from '../../protocol/imagePanel';

/** `default`: of a function's parameter; `argument`: in a call, as argparse's; `key`: of a dictionary or of YAML. */
export type HyperParameterForm = 'default' | 'argument' | 'assignment' | 'key';

export interface HyperParameter {
  /** As the field's code calls it, with underscores. */
  readonly name: string;
  readonly form: HyperParameterForm;
  /** Offset of the name. */
  readonly at: number;
  /** Offsets of the literal, `end` not included. */
  readonly start: number;
  readonly end: number;
  /** The literal as it stands there, quotes and brackets included. */
  readonly text: string;
  readonly value: number | readonly number[];
}

/** What the field's published code calls its hyper-parameters: the default of `lpcam.lens.names`. */
export const defaultNames = [
  'num_cluster',
  'select_thres',
  'class_thres',
  'context_thres',
  'context_thres_low',
  'cam_eval_thres',
  'conf_fg_thres',
  'conf_bg_thres',
  'cam_scales',
  'sem_seg_bg_thres',
] as const;

const settings: Readonly<Record<string, TrialSetting>> = {
  cam_eval_thres: 'threshold',
  conf_fg_thres: 'threshold',
  conf_bg_thres: 'threshold',
  sem_seg_bg_thres: 'threshold',
  class_thres: 'classGate',
  context_thres: 'contextGateHigh',
  context_thres_low: 'contextGateLow',
  cam_scales: 'scales',
  num_cluster: 'k',
  select_thres: 'split',
};

/** What of the panel, or of the study behind it, a name moves; null: a name of the person's own, of which nobody knows. */
export function trialSettingOf(name: string): TrialSetting | null {
  return Object.hasOwn(settings, name) ? (settings[name] ?? null) : null;
}

/** Thresholds on the seeds that are scored; one on a later stage's result is not among a seed's sweep. */
export function isSweepName(name: string): boolean {
  return name === 'cam_eval_thres' || name === 'conf_fg_thres' || name === 'conf_bg_thres';
}

/** Offsets at which a name stands by itself, with dashes as command lines write it, too; ascending. */
export function occurrences(text: string, name: string): number[] {
  const found: number[] = [];
  const spellings = new Set([name, name.replaceAll('_', '-')]);
  for (const spelling of spellings) {
    for (let at = text.indexOf(spelling); at >= 0; at = text.indexOf(spelling, at + spelling.length)) {
      const before = text[at - 1] ?? '';
      const after = text[at + spelling.length] ?? '';
      // "context_thres" is no part of "context_thres_low".
      if (!/[\w]/.test(before) && !/[\w-]/.test(after)) found.push(at);
    }
  }
  return found.sort((one, other) => one - other);
}
