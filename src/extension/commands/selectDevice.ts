/** "LPCAM: Select Device…": what works on this machine, and why the rest does not. */
import * as vscode from 'vscode';
import type { DeviceReport } from '../../protocol/device';
import { deviceChoices, type DeviceChoice } from '../../protocol/studyFile';
import type { EngineClient } from '../client/engineClient';
import { showProblem } from '../problem';
import { deviceChoice, deviceSetting } from '../settings';
import { trusted } from '../trust';

interface DeviceItem extends vscode.QuickPickItem {
  readonly choice: DeviceChoice | 'study';
}

function items(report: DeviceReport | null): DeviceItem[] {
  const current = deviceChoice();
  const mark = (choice: DeviceChoice | 'study') => ((current ?? 'study') === choice ? '$(check) ' : '');
  const general: DeviceItem[] = [
    { choice: 'study', label: `${mark('study')}study`, description: 'what lpcam.json says; else automatic' },
    { choice: 'auto', label: `${mark('auto')}auto`, description: 'the fastest that works' },
  ];
  const probes = report?.probes ?? [];
  const named = deviceChoices.filter((choice) => choice !== 'auto');
  const devices = named.map((choice): DeviceItem => {
    const probe = probes.find((one) => one.device === choice);
    const label = mark(choice) + choice;
    if (report === null) return { choice, label, description: 'being probed…' };
    if (!probe) return { choice, label, description: 'not on this platform' };
    if (probe.usable) return { choice, label, description: 'works' };
    return { choice, label, description: 'does not work here', detail: probe.reason };
  });
  return [...general, { choice: 'auto', label: '', kind: vscode.QuickPickItemKind.Separator }, ...devices];
}

/** Keeps the setting where it is set: in the workspace, else for this machine. */
async function store(choice: DeviceChoice | 'study'): Promise<void> {
  const settings = vscode.workspace.getConfiguration();
  const inWorkspace = settings.inspect(deviceSetting)?.workspaceValue !== undefined;
  const target = inWorkspace ? vscode.ConfigurationTarget.Workspace : vscode.ConfigurationTarget.Global;
  await settings.update(deviceSetting, choice === 'study' ? undefined : choice, target);
}

/** @param onReport what the probes said, for others who show it */
export async function selectDevice(
  engine: EngineClient,
  onReport: (report: DeviceReport) => void,
): Promise<void> {
  if (!trusted()) return;
  const closed = new AbortController();
  const pick = vscode.window.createQuickPick<DeviceItem>();
  const again: vscode.QuickInputButton = {
    iconPath: new vscode.ThemeIcon('refresh'),
    tooltip: 'Probe again',
  };
  const probe = async (anew: boolean) => {
    pick.busy = true;
    pick.items = items(null);
    const params = { deviceChoice: deviceChoice() ?? 'auto', again: anew } as const;
    const outcome = await engine.request('devices', params, { signal: closed.signal });
    if (closed.signal.aborted) return;
    pick.busy = false;
    if (outcome.ok) {
      // A report has all the probes that the choice needed; the list has those of every device.
      const report = { ...outcome.value.report, probes: outcome.value.probes };
      onReport(report);
      pick.items = items(report);
      pick.placeholder = report.reason;
    } else {
      pick.hide();
      await showProblem(outcome.failure);
    }
  };
  pick.title = 'LPCAM: Select Device';
  pick.placeholder = 'Where networks run';
  pick.buttons = [again];
  pick.matchOnDetail = true;
  pick.onDidTriggerButton(() => void probe(true));
  pick.onDidAccept(() => {
    const [chosen] = pick.selectedItems;
    pick.hide();
    if (chosen) void store(chosen.choice);
  });
  pick.onDidHide(() => {
    closed.abort();
    pick.dispose();
  });
  pick.show();
  await probe(false);
}
