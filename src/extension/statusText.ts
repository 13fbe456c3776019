/** What the status bar says of the study and the device. */
import { deviceLabel, type DeviceReport } from '../protocol/device';
import type { StudyReference } from '../protocol/study';
import { studyFile, studyName } from './study/studyReference';

export interface StatusText {
  readonly text: string;
  readonly tooltip: string;
  /** Something to look at: a fallback, or an engine that was given up. */
  readonly warning: boolean;
}

export interface StatusParts {
  readonly study: StudyReference | null;
  /** The person selected it for every image. */
  readonly selected: boolean;
  /** The last word on the device; null: not known yet. */
  readonly device: DeviceReport | null;
  readonly engineGivenUp: boolean;
}

export function statusText({ study, selected, device, engineGivenUp }: StatusParts): StatusText {
  const warning = engineGivenUp || device?.fallback === true;
  const icon = warning ? '$(warning)' : selected ? '$(pinned)' : '$(flame)';
  const name = study ? studyName(study) : 'no study';
  const where = engineGivenUp ? ' (engine stopped)' : device ? ` (${deviceLabel(device)})` : '';
  const lines = [
    study
      ? `Study: ${studyFile(study) ?? `${studyName(study)}, without a study file`}`
      : 'No study in this workspace.',
    selected ? 'Selected for every image.' : '',
    device ? `Device: ${deviceLabel(device)}. ${device.reason}` : 'Device: not used yet.',
    engineGivenUp ? 'The engine crashed too often and is stopped.' : '',
  ];
  return {
    text: `${icon} LPCAM: ${name}${where}`,
    tooltip: lines.filter((line) => line !== '').join('\n'),
    warning,
  };
}
