/** A value of the code against the panel's own. Pure. */
import type { Gates } from '../../../lpcam/presets';
import {
  trialSettings,
  type PanelTrialSetting,
  type Trial,
  type TriedValue,
} from '../../../protocol/imagePanel';
import type { Notice } from '../../../lpcam/notice';
import { ownGates } from '../../shared/ownGates';
import type { Scene } from './scene';
import type { ViewState } from './viewState';

/** What the panel shows now for a setting. */
function triedValue(
  { threshold, gates }: Pick<Scene, 'threshold' | 'gates'>,
  setting: PanelTrialSetting,
): number {
  switch (setting) {
    case 'threshold':
      return threshold;
    case 'classGate':
      return gates.class;
    case 'contextGateLow':
      return gates.context[0];
    case 'contextGateHigh':
      return gates.context[1];
  }
}

function withGate(gates: Gates, setting: PanelTrialSetting, value: number): Gates {
  const [low, high] = gates.context;
  if (setting === 'classGate') return { ...gates, class: value };
  if (setting === 'contextGateLow') return { ...gates, context: [value, Math.max(value, high)] };
  return { ...gates, context: [Math.min(low, value), value] };
}

/** The choices that set the panel to a value of the code; the study's own value is no choice at all. */
export function choicesOf(
  scene: Pick<Scene, 'header' | 'gates'>,
  setting: PanelTrialSetting,
  value: number,
): Partial<ViewState> {
  const { seeds, gates: studys } = scene.header.settings;
  if (setting === 'threshold') return { threshold: value === seeds.threshold ? null : value };
  const gates = withGate(scene.gates, setting, value);
  return { gates: ownGates(gates, studys) };
}

type PanelTrial = Trial & { readonly setting: PanelTrialSetting };

/** Whether the tried value is one that the page itself can set and move. */
export function isPanelTrial(trial: Trial): trial is PanelTrial {
  return trialSettings.some((setting) => setting === trial.setting);
}

/** The value to write into the code; null: it stands there already, or has no place any more. */
export function valueToWrite(scene: Pick<Scene, 'threshold' | 'gates'>, trial: Trial): number | null {
  if (typeof trial.written !== 'number' || !isPanelTrial(trial)) return null;
  const value = Number(triedValue(scene, trial.setting).toFixed(4));
  return Math.abs(value - trial.written) < 1e-6 ? null : value;
}

/** As the code would write it: `0.25`, `(1, 0.5)`. */
export function valueText(value: TriedValue): string {
  const short = (one: number) => String(Number(one.toFixed(4)));
  return typeof value === 'number' ? short(value) : `(${value.map(short).join(', ')})`;
}

/** The value that stands in the code now, where the panel runs with another one; null: with that very one. */
export function valueToRun({ written, tried }: Trial): TriedValue | null {
  if (written === null || tried === null) return null;
  return valueText(written) === valueText(tried) ? null : written;
}

/** What there is of the prototypes of a trial of clustering. */
export type TrialBank = { readonly centres: number } | 'none';

/** Null: the trial needs no bank of its own, or nobody knows yet. */
export function trialBank(trial: Trial, header: Scene['header'] | null): TrialBank | null {
  if (header === null || (trial.setting !== 'k' && trial.setting !== 'split')) return null;
  return header.bank === null ? 'none' : { centres: header.bank.centres };
}

/** Notices beside a trial: that its bank is not there yet is said, with the way to it, where the trial is. */
export function besideTrial(notices: readonly Notice[], trial: Trial | null): readonly Notice[] {
  const clustered = trial?.setting === 'k' || trial?.setting === 'split';
  return clustered ? notices.filter(({ kind }) => kind !== 'no-bank') : notices;
}
