/** What a command was given by the tree of studies. */
import * as vscode from 'vscode';
import { fateKinds } from '../../lpcam/gating';
import type { EditorPlace } from '../checkpointEditor/editorPlace';
import type { CentreLeaf } from './bankTree';
import { isStudiesNode, type StudiesNode } from './node';

/** The file of a checkpoint's node. */
export function clickedCheckpoint(clicked: unknown): vscode.Uri | undefined {
  if (!isStudiesNode(clicked) || clicked.kind !== 'checkpoint') return undefined;
  return vscode.Uri.file(clicked.summary.network.checkpoint);
}

/** The centre of a node, or the first below it. */
function leafOf(node: StudiesNode): CentreLeaf | undefined {
  switch (node.kind) {
    case 'centre':
      return node.leaf;
    case 'group':
      return node.branch.groups[node.fate][0];
    case 'class':
      return fateKinds.flatMap((fate) => node.branch.groups[fate])[0];
    case 'study':
    case 'checkpoint':
    case 'message':
      return undefined;
  }
}

/** The centre to show for a node; undefined: none in particular. */
export function clickedCentre(clicked: unknown): EditorPlace['centre'] {
  if (!isStudiesNode(clicked) || !('identity' in clicked)) return undefined;
  const leaf = leafOf(clicked);
  return leaf && { identity: clicked.identity, id: leaf.centre.id };
}
