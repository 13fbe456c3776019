/** "LPCAM: Select Device…": what works on this machine, and why the rest does not. */
import * as vscode from 'vscode';
import type { DeviceReport } from '../../protocol/device';
import {
  deviceChoices,
  precisionChoices,
  type DeviceChoice,
  type PrecisionChoice,
} from '../../protocol/deviceNames';
import type { EngineClient } from '../client/engineClient';
import { showProblem } from '../problem';
import { deviceChoice, deviceSetting, precisionChoice, precisionSetting } from '../settings';
import { trusted } from '../trust';

interface DeviceItem extends vscode.QuickPickItem {
  readonly setting: typeof deviceSetting | typeof precisionSetting;
  /** `study`: no setting, so that the study's own counts. */
  readonly choice: DeviceChoice | PrecisionChoice | 'study';
}

function separator(label: string): DeviceItem {
  return { setting: deviceSetting, choice: 'auto', label, kind: vscode.QuickPickItemKind.Separator };
}

function deviceItems(report: DeviceReport | null): DeviceItem[] {
  const current = deviceChoice() ?? 'study';
  const item = (choice: DeviceChoice | 'study', description: string, detail?: string): DeviceItem => ({
    setting: deviceSetting,
    choice,
    label: `${current === choice ? '$(check) ' : ''}${choice}`,
    description,
    ...(detail !== undefined && detail !== '' && { detail }),
  });
  const named = deviceChoices.filter((choice) => choice !== 'auto');
  return [
    item('study', 'what lpcam.json says; else automatic'),
    item('auto', 'the fastest that works'),
    separator(''),
    ...named.map((choice) => {
      if (report === null) return item(choice, 'being probed…');
      const probe = report.probes.find((one) => one.device === choice);
      if (!probe) return item(choice, 'not on this platform');
      if (!probe.usable) return item(choice, 'does not work here', probe.reason);
      const half = choice === 'cpu' || probe.half === '' ? [] : [`Half precision: ${probe.half}`];
      return probe.reason === ''
        ? item(choice, 'works', half.join())
        : item(choice, 'works, but auto passes it over', [probe.reason, ...half].join('. '));
    }),
  ];
}

const precisionTexts: Readonly<Record<PrecisionChoice, string>> = {
  auto: 'half where it was measured to be faster and as good, never on the CPU',
  full: 'float32, as published',
  half: '16 bits',
};

function precisionItems(): DeviceItem[] {
  const current = precisionChoice() ?? 'study';
  const texts: [PrecisionChoice | 'study', string][] = [
    ['study', 'what lpcam.json says; else automatic'],
    ...precisionChoices.map((choice): [PrecisionChoice, string] => [choice, precisionTexts[choice]]),
  ];
  const items = texts.map(([choice, description]): DeviceItem => {
    const label = `${current === choice ? '$(check) ' : ''}precision: ${choice}`;
    return { setting: precisionSetting, choice, label, description };
  });
  return [separator('Precision'), ...items];
}

function items(report: DeviceReport | null): DeviceItem[] {
  return [...deviceItems(report), ...precisionItems()];
}

/** Keeps the setting where it is set: in the workspace, else for this machine. */
async function store({ setting, choice }: DeviceItem): Promise<void> {
  const settings = vscode.workspace.getConfiguration();
  const inWorkspace = settings.inspect(setting)?.workspaceValue !== undefined;
  const target = inWorkspace ? vscode.ConfigurationTarget.Workspace : vscode.ConfigurationTarget.Global;
  await settings.update(setting, choice === 'study' ? undefined : choice, target);
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
  // What is on disk from an earlier probe is not asked: whoever comes here has changed something, or wonders.
  const probe = async () => {
    pick.busy = true;
    pick.items = items(null);
    // Whether half precision can be used is one of the things to be found out.
    const precision = precisionChoice() === 'full' ? 'full' : 'auto';
    const params = { deviceChoice: 'auto', precisionChoice: precision, again: true } as const;
    const outcome = await engine.request('devices', params, { signal: closed.signal });
    if (closed.signal.aborted) return;
    pick.busy = false;
    if (outcome.ok) {
      // A report has all the probes that the choice needed; the list has those of every device.
      const report = { ...outcome.value.report, probes: outcome.value.probes };
      if ((deviceChoice() ?? 'auto') === 'auto') onReport(report);
      pick.items = items(report);
      pick.placeholder = `auto means ${report.reason}`;
      // CUDA's files came or went since the engine was started, which takes them at its start only.
      if (outcome.value.restart) engine.restart();
    } else {
      pick.hide();
      await showProblem(outcome.failure);
    }
  };
  pick.title = 'LPCAM: Select Device';
  pick.placeholder = 'Where networks run';
  pick.buttons = [again];
  pick.matchOnDetail = true;
  pick.onDidTriggerButton(() => void probe());
  pick.onDidAccept(() => {
    const [chosen] = pick.selectedItems;
    pick.hide();
    if (chosen) void store(chosen);
  });
  pick.onDidHide(() => {
    closed.abort();
    pick.dispose();
  });
  pick.show();
  await probe();
}
