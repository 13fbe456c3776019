/** What the buttons of a stage strip do. */
import * as vscode from 'vscode';
import type { StagesPanelCommand } from '../../protocol/stages';
import { openStudyFile, type PanelCommandParts } from '../panelCommands';
import { trusted } from '../trust';
import type { StagesPanel } from './stagesPanel';

export async function runStagesCommand(
  { image, study }: StagesPanel,
  command: Exclude<StagesPanelCommand, 'retry'>,
  parts: Pick<PanelCommandParts, 'panels' | 'creator'>,
): Promise<void> {
  switch (command) {
    case 'showLog':
      await vscode.commands.executeCommand('lpcam.showLog');
      return;
    case 'manageTrust':
      await vscode.commands.executeCommand('workbench.trust.manage');
      return;
    case 'openStudyFile':
      await openStudyFile(study, parts);
      return;
    case 'showMaps':
      if (image !== null && trusted()) parts.panels.open({ image, study, classes: null });
      return;
  }
}
