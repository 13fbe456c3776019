/** What the buttons of a stage strip do. */
import * as vscode from 'vscode';
import type { StagesPanelCommand } from '../../protocol/stages';
import { openStudyFile, type PanelCommandParts } from '../panelCommands';
import { trusted } from '../trust';
import type { StagesPanel } from './stagesPanel';

export async function runStagesCommand(
  panel: StagesPanel,
  command: Exclude<StagesPanelCommand, 'retry'>,
  parts: Pick<PanelCommandParts, 'panels' | 'creator' | 'clustering'>,
): Promise<void> {
  const { image, study } = panel;
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
    case 'cluster':
      await parts.clustering.cluster(study);
      await panel.read();
      return;
    case 'showMaps':
      if (image !== null && trusted()) parts.panels.open({ image, study, classes: null });
      return;
  }
}
