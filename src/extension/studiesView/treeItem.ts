/** A node of the tree of studies as VS Code draws it. */
import * as vscode from 'vscode';
import { nodeId, type MessageNode, type StudiesNode } from './node';
import { messageAct, nodeText, type NodeText } from './nodeText';

/** Text is appended as text, so that a class named `[x](command:y)` is only a strange name. */
function tooltip({ title, lines }: NodeText['tooltip']): vscode.MarkdownString {
  const markdown = new vscode.MarkdownString();
  markdown.supportHtml = false;
  markdown.isTrusted = false;
  if (title !== '') markdown.appendMarkdown('**').appendText(title).appendMarkdown('**\n\n');
  for (const [what, text] of lines) {
    if (what !== '') markdown.appendText(`${what}: `);
    markdown.appendText(text).appendMarkdown('\n\n');
  }
  return markdown;
}

function collapsible(node: StudiesNode, only: boolean): vscode.TreeItemCollapsibleState {
  const { None, Collapsed, Expanded } = vscode.TreeItemCollapsibleState;
  switch (node.kind) {
    case 'study':
      return only ? Expanded : Collapsed;
    case 'checkpoint':
    case 'class':
      return Collapsed;
    case 'group':
      return node.branch.groups[node.fate].length > 0 ? Collapsed : None;
    case 'centre':
    case 'message':
      return None;
  }
}

function messageCommand(node: MessageNode): vscode.Command {
  switch (messageAct(node)) {
    case 'cluster':
      return { command: 'lpcam.clusterPrototypes', title: 'Cluster Prototypes', arguments: [node] };
    case 'makeSeeds':
      return { command: 'lpcam.generateSeeds', title: 'Generate Seeds', arguments: [node] };
    case 'openFile':
      return { command: 'lpcam.openStudyFile', title: 'Open Study File', arguments: [node] };
    case 'trust':
      return { command: 'workbench.trust.manage', title: 'Manage Workspace Trust' };
    case 'log':
      return { command: 'lpcam.showLog', title: 'Show Log' };
  }
}

function commandOf(node: StudiesNode): vscode.Command | undefined {
  if (node.kind === 'message') return messageCommand(node);
  if (node.kind !== 'centre') return undefined;
  return { command: 'lpcam.showPrototypes', title: 'Show Prototypes', arguments: [node] };
}

/** For the menus: the kind, and for studies whether there is a file to open and to select. */
function contextValue(node: StudiesNode): string {
  if (node.kind !== 'study') return node.kind;
  return 'file' in node.study ? 'study' : 'studyWithoutFile';
}

/** @param only the workspace has one study, which is unfolded from the start */
export function treeItem(node: StudiesNode, only: boolean): vscode.TreeItem {
  const { label, description, icon, colour, tooltip: tips, spoken } = nodeText(node);
  const item = new vscode.TreeItem(label, collapsible(node, only));
  item.id = nodeId(node);
  item.description = description;
  item.iconPath = new vscode.ThemeIcon(icon, colour === null ? undefined : new vscode.ThemeColor(colour));
  item.tooltip = tooltip(tips);
  item.contextValue = contextValue(node);
  item.accessibilityInformation = { label: spoken, role: 'treeitem' };
  const command = commandOf(node);
  if (command) item.command = command;
  return item;
}
