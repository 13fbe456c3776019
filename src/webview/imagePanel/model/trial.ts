/** A value of the code against the panel's own. Pure. */
import type { Gates } from '../../../lpcam/presets';
import type { Trial, TrialSetting } from '../../../protocol/imagePanel';
import type { Scene } from './scene';
import type { ViewState } from './viewState';

/** What the panel shows now for a setting. */
function triedValue({ threshold, gates }: Pick<Scene, 'threshold' | 'gates'>, setting: TrialSetting): number {
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

function withGate(gates: Gates, setting: TrialSetting, value: number): Gates {
  const [low, high] = gates.context;
  if (setting === 'classGate') return { ...gates, class: value };
  if (setting === 'contextGateLow') return { ...gates, context: [value, Math.max(value, high)] };
  return { ...gates, context: [Math.min(low, value), value] };
}

const sameGates = (one: Gates, other: Gates) =>
  one.class === other.class && one.context[0] === other.context[0] && one.context[1] === other.context[1];

/** The choices that set the panel to a value of the code; the study's own value is no choice at all. */
export function choicesOf(
  scene: Pick<Scene, 'header' | 'gates'>,
  setting: TrialSetting,
  value: number,
): Partial<ViewState> {
  const { seeds, gates: studys } = scene.header.settings;
  if (setting === 'threshold') return { threshold: value === seeds.threshold ? null : value };
  const gates = withGate(scene.gates, setting, value);
  if (sameGates(gates, studys)) return { gates: null };
  return { gates: { class: gates.class, context: [gates.context[0], gates.context[1]] } };
}

/** The value to write into the code; null: it stands there already, or has no place any more. */
export function valueToWrite(scene: Pick<Scene, 'threshold' | 'gates'>, trial: Trial): number | null {
  if (trial.written === null) return null;
  const value = Number(triedValue(scene, trial.setting).toFixed(4));
  return Math.abs(value - trial.written) < 1e-6 ? null : value;
}
