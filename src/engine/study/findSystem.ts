/** Which system a workspace belongs to: by the checkpoint's content, else by the names its authors' code writes. */
import { readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { isSystemName, type SystemName } from '../../lpcam/systems';
import type { PresetName } from '../../lpcam/presets';
import type { CheckpointSystem } from './checkpointSystem';
import { presetClasses } from './classNames';
import { isFile, isFolder } from './find';

export interface FoundSystem {
  readonly name: SystemName;
  /** What tells, as the end of a sentence. */
  readonly why: string;
}

/** Folders and files that the LPCAM code leaves in its work space. */
const lpcamParts = ['lpcam_mask', 'cluster_result', 'cam_feature', 'class_ceneters.pt'];
/** Results of IRN's run_sample.py. */
const irnResults = ['result/cam', 'result/ir_label', 'result/ins_seg', 'result/sem_seg'];
const amnResults = ['result/amn_cam'];

/** Where systems keep their weights, inside the work space. */
const weightFolders = /^(sess|recam_weight|weights|checkpoints?)$/;

/** Folders that may be the work space of a checkpoint, nearest first. @param folder the study's */
export function workspacesOf(checkpoint: string, folder: string): string[] {
  const beside = dirname(checkpoint);
  const around = weightFolders.test(basename(beside)) ? [dirname(beside)] : [];
  return [...new Set([folder, beside, ...around])];
}

function firstThere(folders: readonly string[], names: readonly string[]): string | null {
  for (const folder of folders)
    for (const name of names) {
      const path = join(folder, name);
      if (isFile(path) || isFolder(path)) return path;
    }
  return null;
}

function holdsAmn(folder: string): string | null {
  const sess = join(folder, 'sess');
  if (!isFolder(sess)) return null;
  const name = readdirSync(sess).find((file) => /^res50_amn\w*(\.pth)+$/.test(file));
  return name === undefined ? null : join(sess, name);
}

/** ReCAM's second classifier beside its network; null where there is none. */
export function predictorBeside(checkpoint: string): string | null {
  const number = /^res50_recam_(\d+)\.pth$/.exec(basename(checkpoint))?.[1];
  if (number === undefined) return null;
  const path = join(dirname(checkpoint), `recam_predictor_${number}.pth`);
  return isFile(path) ? path : null;
}

/** Systems of the IRN family share their keys, so that names have to tell. */
function ofTheFamily(
  checkpoint: string,
  workspaces: readonly string[],
  preset: PresetName,
): FoundSystem | null {
  const file = basename(checkpoint);
  if (/^res50_recam\w*(\.pth)+$/.test(file))
    return { name: 'recam', why: `the checkpoint is called ${file}` };
  const lpcam = firstThere(workspaces, lpcamParts);
  if (lpcam !== null) return { name: `lpcam-${preset}`, why: `there is ${lpcam}` };
  const amn = firstThere(workspaces, amnResults) ?? workspaces.map(holdsAmn).find((path) => path !== null);
  if (amn) return { name: 'amn', why: `there is ${amn}` };
  if (basename(dirname(checkpoint)) === 'sess' && /^res50_\w+/.test(file))
    return { name: 'irn', why: `the checkpoint is sess/${file}` };
  if (/^res50_cam\w*\.pth\.pth$/.test(file)) return { name: 'irn', why: `the checkpoint is called ${file}` };
  const irn = firstThere(workspaces, irnResults);
  return irn === null ? null : { name: 'irn', why: `there is ${irn}` };
}

/**
 * @param content what the checkpoint itself tells; null: nothing
 * @param folder the study's; @param preset the study's, where it names one
 * @returns null where nothing tells
 */
export function findSystem(
  checkpoint: string,
  folder: string,
  content: CheckpointSystem | null,
  preset: PresetName | null,
): FoundSystem | null {
  const classes = content?.classes ?? null;
  const data = preset ?? (classes === presetClasses.coco.length ? 'coco' : 'voc');
  if (content !== null && content.system !== 'irn')
    return isSystemName(content.system)
      ? { name: content.system, why: `the checkpoint is ${content.architecture} as ${content.system} has it` }
      : null;
  const named = ofTheFamily(checkpoint, workspacesOf(checkpoint, folder), data);
  if (named !== null || content === null) return named;
  // The architecture alone: LPCAM's own settings, which the preset gives anyway.
  const why = `the checkpoint is ${content.architecture} with ${classes ?? 0} classes`;
  const published = Object.values(presetClasses).some((names) => names.length === classes);
  return published ? { name: `lpcam-${data}`, why } : null;
}
