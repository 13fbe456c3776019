/** The status bar's item: the current study, the device in use and why; a click opens the menu. */
import * as vscode from 'vscode';
import type { DeviceReport } from '../protocol/device';
import type { EngineClient } from './client/engineClient';
import type { ImagePanels } from './panel/imagePanels';
import { deviceSetting, precisionSetting } from './settings';
import { statusText } from './statusText';
import { currentStudy } from './currentStudy';
import type { Studies } from './study/studies';

export class StatusBar implements vscode.Disposable {
  readonly #item: vscode.StatusBarItem;
  readonly #disposables: readonly { dispose(): unknown }[];
  /** Of a `devices` request, until a panel knows better or the setting changes. */
  #probed: DeviceReport | null = null;
  #newest = 0;

  constructor(
    private readonly studies: Studies,
    private readonly panels: ImagePanels,
    private readonly engine: EngineClient,
  ) {
    this.#item = vscode.window.createStatusBarItem('lpcam.status', vscode.StatusBarAlignment.Left, 0);
    this.#item.name = 'LPCAM Lens';
    this.#item.command = 'lpcam.showMenu';
    const update = () => void this.update();
    this.#disposables = [
      this.#item,
      studies.onDidChange(update),
      panels.onDidChange(update),
      engine.onState(update),
      vscode.window.tabGroups.onDidChangeTabs(update),
      vscode.window.tabGroups.onDidChangeTabGroups(update),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (![deviceSetting, precisionSetting].some((name) => event.affectsConfiguration(name))) return;
        this.#probed = null;
        update();
      }),
    ];
  }

  get text(): string {
    return this.#item.text;
  }

  get tooltip(): string {
    return typeof this.#item.tooltip === 'string' ? this.#item.tooltip : '';
  }

  /** What a probe said, while no panel says more. */
  showDevice(report: DeviceReport): void {
    this.#probed = report;
    void this.update();
  }

  async update(): Promise<void> {
    const turn = ++this.#newest;
    const panel = this.panels.shown;
    const study = await currentStudy(this.panels, this.studies);
    if (turn !== this.#newest) return;
    const { text, tooltip, warning } = statusText({
      study,
      selected: study !== null && this.studies.isSelected(study),
      device: panel?.answer.header?.device ?? this.#probed,
      engineGivenUp: this.engine.state === 'givenUp',
    });
    this.#item.text = text;
    this.#item.tooltip = tooltip;
    this.#item.accessibilityInformation = { label: text.replace(/\$\([\w-]+\) /, ''), role: 'button' };
    this.#item.backgroundColor = warning
      ? new vscode.ThemeColor('statusBarItem.warningBackground')
      : undefined;
    if (study || this.panels.all.length > 0) this.#item.show();
    else this.#item.hide();
  }

  dispose(): void {
    for (const disposable of this.#disposables) disposable.dispose();
  }
}
