/** The extension's settings, read where they are needed so that a change counts at once. */
import * as vscode from 'vscode';
import {
  deviceChoices,
  precisionChoices,
  type DeviceChoice,
  type PrecisionChoice,
} from '../protocol/deviceNames';

export const deviceSetting = 'lpcam.device';

/** The device that the person set; null: what the study says. */
export function deviceChoice(): DeviceChoice | null {
  const value = vscode.workspace.getConfiguration().get<string>(deviceSetting);
  return deviceChoices.find((choice) => choice === value) ?? null;
}

export const precisionSetting = 'lpcam.precision';

/** The precision that the person set; null: what the study says. */
export function precisionChoice(): PrecisionChoice | null {
  const value = vscode.workspace.getConfiguration().get<string>(precisionSetting);
  return precisionChoices.find((choice) => choice === value) ?? null;
}

/** What a request takes in place of the study's own device and precision. */
export function runChoices(): { deviceChoice: DeviceChoice | null; precisionChoice: PrecisionChoice | null } {
  return { deviceChoice: deviceChoice(), precisionChoice: precisionChoice() };
}

export const cudaFolderSetting = 'lpcam.cudaFolder';

/** Where CUDA's files are, as the person set it; empty: nowhere. */
export function cudaFolder(): string {
  return vscode.workspace.getConfiguration().get<string>(cudaFolderSetting)?.trim() ?? '';
}

export const followChoices = ['ask', 'always', 'never'] as const;
export type FollowChoice = (typeof followChoices)[number];

/** What happens when a new checkpoint is complete. */
export function followCheckpoint(path: string): FollowChoice {
  const value = vscode.workspace.getConfiguration('lpcam', vscode.Uri.file(path)).get('followCheckpoint');
  return followChoices.find((choice) => choice === value) ?? 'ask';
}

/** Whether panels follow files that change on disk. */
export function refreshOnChange(path: string): boolean {
  return vscode.workspace.getConfiguration('lpcam', vscode.Uri.file(path)).get('refreshOnChange', true);
}

export const lensNamesSetting = 'lpcam.lens.names';

/** The hyper-parameters that get lenses, with underscores; what is no name is left out. */
export function lensNames(code: vscode.Uri): string[] {
  const names = vscode.workspace.getConfiguration(undefined, code).get<unknown>(lensNamesSetting);
  if (!Array.isArray(names)) return [];
  const known = names.filter(
    (name): name is string => typeof name === 'string' && /^[A-Za-z_]\w{0,99}$/.test(name),
  );
  return [...new Set(known)].slice(0, 100);
}
