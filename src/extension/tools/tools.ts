/** The tools that language models in the editor may use: they read, and change nothing. */
import * as vscode from 'vscode';
import type { ReferenceFinder } from '../references/referenceFinder';
import { ExplainImageTool } from './explainImage';
import { InspectCheckpointTool, type InspectParts } from './inspectCheckpoint';
import { ScoreSeedsTool } from './scoreSeeds';

export interface ToolParts extends InspectParts {
  readonly finder: ReferenceFinder;
}

export function registerTools(parts: ToolParts): vscode.Disposable {
  const { studies, finder, fileReader } = parts;
  return vscode.Disposable.from(
    vscode.lm.registerTool('lpcam_explain_image', new ExplainImageTool(studies, finder)),
    vscode.lm.registerTool('lpcam_inspect_checkpoint', new InspectCheckpointTool(parts)),
    vscode.lm.registerTool('lpcam_score_seeds', new ScoreSeedsTool(studies, fileReader)),
  );
}
