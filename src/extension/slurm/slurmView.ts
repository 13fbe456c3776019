/** The view "Slurm Runs": runs of the workspace's studies, their stages, and what failed or is at work. */
import * as vscode from 'vscode';
import type { TaskState } from '../../protocol/slurm';
import { childrenOf, slurmNodeId, slurmNodeText, type SlurmNode } from './runNode';
import { tasksIn, type SlurmRuns } from './slurmRuns';

const viewId = 'lpcam.slurmRuns';

/** For the menus. */
function contextValue(node: SlurmNode): string {
  if (node.kind === 'slurmRun') {
    const { status } = node.run;
    const can = (...states: TaskState[]) => status !== null && tasksIn(status, ...states) > 0;
    const resubmit = can('failed', 'cancelled') ? '+resubmit' : '';
    return `${node.kind}${resubmit}${can('running', 'waiting') ? '+cancel' : ''}`;
  }
  return node.kind === 'slurmTask' && node.task.log === null ? 'slurmTaskWithoutLog' : node.kind;
}

export class SlurmView implements vscode.TreeDataProvider<SlurmNode>, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<undefined>();
  readonly #view: vscode.TreeView<SlurmNode>;
  readonly #parents = new Map<string, SlurmNode>();
  readonly #disposables: { dispose(): unknown }[];

  readonly onDidChangeTreeData = this.#changed.event;

  constructor(private readonly runs: SlurmRuns) {
    this.#view = vscode.window.createTreeView(viewId, { treeDataProvider: this });
    this.#disposables = [
      this.#changed,
      this.#view,
      runs.onDidChange(() => this.#changed.fire(undefined)),
      this.#view.onDidChangeVisibility(({ visible }) => runs.watch(visible)),
    ];
  }

  /** Shows the view with this run, without taking the keyboard. */
  async reveal(folder: string): Promise<void> {
    const run = (await this.runs.all()).find((one) => one.folder === folder);
    if (run) await this.#view.reveal({ kind: 'slurmRun', run }, { expand: true, select: true, focus: false });
  }

  async getChildren(node?: SlurmNode): Promise<SlurmNode[]> {
    if (node === undefined) return (await this.runs.all()).map((run) => ({ kind: 'slurmRun', run }));
    const children = childrenOf(node);
    for (const child of children) this.#parents.set(slurmNodeId(child), node);
    return children;
  }

  getParent(node: SlurmNode): SlurmNode | undefined {
    return this.#parents.get(slurmNodeId(node));
  }

  getTreeItem(node: SlurmNode): vscode.TreeItem {
    const { label, description, icon, colour, tooltip } = slurmNodeText(node);
    const { None, Collapsed } = vscode.TreeItemCollapsibleState;
    const item = new vscode.TreeItem(label, childrenOf(node).length > 0 ? Collapsed : None);
    item.id = slurmNodeId(node);
    item.description = description;
    item.iconPath = new vscode.ThemeIcon(icon, colour === null ? undefined : new vscode.ThemeColor(colour));
    // A log is text, whatever it looks like.
    item.tooltip = tooltip.join('\n');
    item.contextValue = contextValue(node);
    item.accessibilityInformation = { label: `${label}: ${description}`, role: 'treeitem' };
    if (node.kind === 'slurmTask' && node.task.log !== null)
      item.command = { command: 'lpcam.openSlurmLog', title: 'Open Log', arguments: [node] };
    return item;
  }

  dispose(): void {
    for (const disposable of this.#disposables) disposable.dispose();
  }
}
