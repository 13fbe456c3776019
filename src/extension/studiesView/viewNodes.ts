/** The tree of studies as other extensions and the tests see it: what VS Code is told, as plain data. */
import * as vscode from 'vscode';
import type { StudiesNodeView } from '../api';
import type { StudiesNode } from './node';
import type { StudiesView } from './studiesView';

/** The nodes that were handed out, by what stands for them. */
const handedOut = new WeakMap<StudiesNodeView, StudiesNode>();

/** @param parent handed out before; none: the studies */
export async function studiesViewNodes(
  view: StudiesView,
  parent?: StudiesNodeView,
): Promise<readonly StudiesNodeView[]> {
  const nodes = await view.getChildren(parent && handedOut.get(parent));
  return nodes.map((node) => {
    const item = view.getTreeItem(node);
    const { label, description, tooltip, iconPath, contextValue, command } = item;
    const shown: StudiesNodeView = {
      label: typeof label === 'string' ? label : (label?.label ?? ''),
      description: typeof description === 'string' ? description : '',
      tooltip: typeof tooltip === 'string' ? tooltip : (tooltip?.value ?? ''),
      icon: iconPath instanceof vscode.ThemeIcon ? iconPath.id : '',
      context: contextValue ?? '',
      spoken: item.accessibilityInformation?.label ?? '',
      unfolds: item.collapsibleState !== vscode.TreeItemCollapsibleState.None,
      command: command ? { name: command.command, arguments: command.arguments ?? [] } : null,
      node,
    };
    handedOut.set(shown, node);
    return shown;
  });
}
