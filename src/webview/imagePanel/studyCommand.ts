/** The way to the study file, or to having one. */
import type { Command, Panel } from './panel';

export interface LabelledCommand {
  readonly command: Command;
  readonly label: string;
}

/** A study that is only a checkpoint has no file to open yet. */
export function studyCommand(panel: Panel): LabelledCommand {
  const { opening } = panel.state;
  return opening && 'checkpoint' in opening.reference
    ? { command: 'createStudy', label: 'Create study file…' }
    : { command: 'openStudyFile', label: 'Open study file' };
}
