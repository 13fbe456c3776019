/** Where the stages of a study lie: where it says, else where the system's published code leaves them. */
import { opendirSync } from 'node:fs';
import { join } from 'node:path';
import { madeStages, stageLayout, type MadeStage } from '../../lpcam/stages';
import { isFolder } from '../study/find';
import { workspacesOf } from '../study/findSystem';
import type { ResolvedStudy } from '../study/resolvedStudy';

export interface StageFolder {
  /** Null: there is none. */
  readonly folder: string | null;
  readonly from: 'study' | 'found' | null;
  /** Folders that were looked for, the best first. */
  readonly lookedIn: readonly string[];
}

type Located = Pick<ResolvedStudy, 'checkpoint' | 'folder' | 'system' | 'preset' | 'stages' | 'seedsFolder'>;

/** The scripts make all their folders before they fill any: an empty one says nothing. */
function isEmpty(folder: string): boolean {
  const open = opendirSync(folder);
  try {
    return open.readSync() === null;
  } finally {
    open.closeSync();
  }
}

function candidates(study: Located, stage: MadeStage): string[] {
  const layout = stageLayout(study.system?.name ?? null, study.preset)[stage];
  const workspaces = workspacesOf(study.checkpoint, study.folder);
  const published = layout.flatMap((name) => workspaces.map((workspace) => join(workspace, name)));
  const own = stage === 'cam' || stage === 'lpcam' ? [stage, `${stage}-png`] : [];
  return [...new Set([...published, ...own.map((name) => join(study.seedsFolder, name))])];
}

function stageFolder(study: Located, stage: MadeStage): StageFolder {
  const named = study.stages[stage];
  if (named !== undefined)
    return { folder: isFolder(named) ? named : null, from: 'study', lookedIn: [named] };
  const lookedIn = candidates(study, stage);
  const there = lookedIn.filter(isFolder);
  const folder = there.find((one) => !isEmpty(one)) ?? there[0] ?? null;
  return { folder, from: folder === null ? null : 'found', lookedIn };
}

/** The folder of each stage. The files of an image are looked for in this folder alone, so that stages never mix. */
export function stageFolders(study: Located): Readonly<Record<MadeStage, StageFolder>> {
  const entries = madeStages.map((stage) => [stage, stageFolder(study, stage)] as const);
  return Object.fromEntries(entries) as Record<MadeStage, StageFolder>;
}
