/** A tree of the activity bar as other extensions and the tests see it: what VS Code is told, as plain data. */
import * as vscode from 'vscode';
import type { StudiesNodeView } from './api';

interface Tree<T> {
  getChildren(node?: T): Promise<T[]>;
  getTreeItem(node: T): vscode.TreeItem;
}

/** @param parent handed out before by the same tree; none: its roots */
export async function shownNodes<T>(
  tree: Tree<T>,
  parent?: StudiesNodeView,
): Promise<readonly StudiesNodeView[]> {
  const nodes = await tree.getChildren(parent && handedOut(tree).get(parent));
  return nodes.map((node) => {
    const item = tree.getTreeItem(node);
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
    handedOut(tree).set(shown, node);
    return shown;
  });
}

/** The nodes that each tree handed out, by what stands for them. */
const ofTrees = new WeakMap<object, WeakMap<StudiesNodeView, unknown>>();

function handedOut<T>(tree: Tree<T>): WeakMap<StudiesNodeView, T> {
  const known = ofTrees.get(tree) ?? new WeakMap<StudiesNodeView, unknown>();
  ofTrees.set(tree, known);
  // Only nodes of this tree are put in, above.
  return known as WeakMap<StudiesNodeView, T>;
}
