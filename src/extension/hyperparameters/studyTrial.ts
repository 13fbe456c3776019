/** Between a value in the code and the setting of a study that it stands in for. Pure. */
import type { TrialSetting, TriedValue } from '../../protocol/imagePanel';
import {
  studyTrialSchema,
  studyTrialSettings,
  type StudyTrial,
  type StudyTrialSetting,
} from '../../protocol/studyTrial';

type Value = number | readonly number[];

/** Whether the network, or clustering, has to run for it: the page cannot set it by itself. */
export function isStudySetting(setting: TrialSetting): setting is StudyTrialSetting {
  return studyTrialSettings.some((one) => one === setting);
}

/** What each takes, as the end of a sentence. */
const takes: Readonly<Record<StudyTrialSetting, string>> = {
  scales: 'scales from 0.1 to 4, 16 of them at most',
  k: 'a whole number from 1 to 1000',
  split: 'a number from 0 to 1',
};

/** What a panel takes for a setting; null: this value. */
export function wrongValue(setting: TrialSetting, value: Value): string | null {
  if (!isStudySetting(setting))
    return typeof value === 'number' && value >= 0 && value <= 1 ? null : 'a number from 0 to 1';
  return studyTrialOf(setting, value) === null ? takes[setting] : null;
}

/** @returns null where the setting cannot have the value */
export function studyTrialOf(setting: StudyTrialSetting, value: Value): StudyTrial | null {
  const given = setting === 'scales' && typeof value === 'number' ? [value] : value;
  const trial = studyTrialSchema.safeParse({ [setting]: given });
  return trial.success ? trial.data : null;
}

/** The value of a setting that is tried; null: it is not. */
export function triedOf(trial: StudyTrial | undefined, setting: TrialSetting): TriedValue | null {
  return isStudySetting(setting) ? (trial?.[setting] ?? null) : null;
}
