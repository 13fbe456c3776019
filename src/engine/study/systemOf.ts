/** Which system a study's defaults are those of, and its data set with it. */
import { InputError } from '../../lpcam/inputError';
import type { Notice } from '../../lpcam/notice';
import { presets, type PresetName, type Settings } from '../../lpcam/presets';
import { systemPreset, systemSettings, systemTitle } from '../../lpcam/systems';
import type { StudyFile } from '../../protocol/studyFile';
import { checkpointSystem } from './checkpointSystem';
import { presetClasses } from './classNames';
import { findSystem } from './findSystem';
import type { ResolvedStudy } from './resolvedStudy';

export interface StudySystem {
  readonly system: ResolvedStudy['system'];
  readonly preset: PresetName;
  /** Of the preset and the system, before what the study itself sets. */
  readonly settings: Settings;
}

/**
 * The system that a study names, else the one that its workspace tells.
 * @param study `preset` as far as somebody named it
 * @param file the study's, for messages
 * @throws InputError when a system is named together with the preset of another data set
 */
export async function systemOf(
  study: Pick<StudyFile, 'system' | 'preset'>,
  checkpoint: string,
  folder: string,
  file: string | null,
): Promise<StudySystem> {
  const content = await checkpointSystem(checkpoint);
  const found =
    study.system === undefined ? findSystem(checkpoint, folder, content, study.preset ?? null) : null;
  const name = study.system ?? found?.name ?? null;
  const fixed = name === null ? null : systemPreset(name);
  const named = study.preset;
  if (study.system !== undefined && fixed !== null && named !== undefined && named !== fixed)
    throw new InputError(
      `\`system\` of ${file ?? 'the study'} is "${study.system}", which is for the preset "${fixed}", but \`preset\` is "${named}". Leave one of them out.`,
      { file: file ?? undefined, field: 'system' },
    );
  // Only a system's checkpoint is held to the data sets it is published for.
  const ofClasses = name !== null && name !== 'generic' && content?.classes === presetClasses.coco.length;
  const preset = named ?? fixed ?? (ofClasses ? 'coco' : 'voc');
  const base = presets[preset];
  return {
    system:
      name === null ? null : { name, from: found === null ? 'study' : 'found', why: found?.why ?? null },
    preset,
    settings: name === null ? base : systemSettings(base, preset, name),
  };
}

/** Says that a system was found, where that changes anything. */
export function systemNotice(
  { system, preset, settings }: StudySystem,
  { checkpoint, preset: named }: Pick<StudyFile, 'checkpoint' | 'preset'>,
): Notice[] {
  if (system?.from !== 'found') return [];
  const plain = presets[named ?? 'voc'];
  const changes = [
    ...(preset === (named ?? 'voc') ? [] : [`preset ${preset}`]),
    ...(settings.inference === plain.inference || preset !== (named ?? 'voc')
      ? []
      : [`scales ${settings.inference.scales.join(', ')}`]),
    ...(settings.seeds.threshold === plain.seeds.threshold
      ? []
      : [
          `seed threshold ${settings.seeds.threshold}, as its own seeds have it (LPCAM's: ${plain.seeds.threshold})`,
        ]),
  ];
  if (changes.length === 0) return [];
  const message =
    `Taken for a checkpoint of ${systemTitle(system.name)}, because ${system.why ?? ''}. Where the study says nothing: ` +
    `${changes.join('; ')}. Write "system": "${system.name}" to confirm it, or "generic" for the preset alone.`;
  return [{ kind: 'study', message, file: checkpoint }];
}
