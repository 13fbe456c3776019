/** What the tree of studies is made of. */
import type { FateKind } from '../../lpcam/gating';
import type { Failure } from '../../protocol/failure';
import type { StudyReference, StudySummary } from '../../protocol/study';
import { studyKey } from '../study/studyReference';
import type { CentreLeaf, ClassBranch } from './bankTree';

/** Names a bank as clustering left it: ids of centres mean something in it alone. */
interface InBank {
  readonly study: StudyReference;
  readonly identity: string;
}

export interface StudyNode {
  readonly kind: 'study';
  readonly study: StudyReference;
  /** Folder within the workspace, to tell studies of one name apart. */
  readonly where: string;
  /** `selected`: for every image; `current`: what commands mean now. */
  readonly mark: 'selected' | 'current' | null;
}

export interface CheckpointNode {
  readonly kind: 'checkpoint';
  readonly study: StudyReference;
  readonly summary: StudySummary;
}

export interface ClassNode extends InBank {
  readonly kind: 'class';
  readonly branch: ClassBranch;
}

/** The class prototypes, context prototypes or rejected centres of a class. */
export interface GroupNode extends InBank {
  readonly kind: 'group';
  readonly fate: FateKind;
  readonly branch: ClassBranch;
}

export interface CentreNode extends InBank {
  readonly kind: 'centre';
  readonly leaf: CentreLeaf;
}

/** Something to tell in the place of children, with what a click on it does. */
export type MessageNode = {
  readonly kind: 'message';
  readonly study: StudyReference;
  /** Of the node it is under, apart from the study: two messages of a study must not be taken for one. */
  readonly under: 'study' | 'checkpoint';
} & (
  | { readonly what: 'failure'; readonly failure: Failure; readonly trusted: boolean }
  | { readonly what: 'noBank' | 'noCentres'; readonly text: string }
  | { readonly what: 'otherCheckpoint'; readonly text: string }
  | { readonly what: 'staleSeeds'; readonly text: string; readonly folder: string }
);

export type StudiesNode = StudyNode | CheckpointNode | ClassNode | GroupNode | CentreNode | MessageNode;

const kinds: readonly unknown[] = ['study', 'checkpoint', 'class', 'group', 'centre', 'message'];

/** Whether a command was given a node of this tree, and not a file of the explorer or nothing. */
export function isStudiesNode(value: unknown): value is StudiesNode {
  return (
    typeof value === 'object' &&
    value !== null &&
    'kind' in value &&
    kinds.includes(value.kind) &&
    'study' in value
  );
}

/** Stays the same while a node means the same, so that the tree keeps what is unfolded and selected. */
export function nodeId(node: StudiesNode): string {
  return JSON.stringify([studyKey(node.study), node.kind, ...ownId(node)]);
}

function ownId(node: StudiesNode): readonly (string | number)[] {
  switch (node.kind) {
    case 'study':
      return [];
    case 'checkpoint':
      return [node.summary.network.checkpoint];
    case 'class':
      return [node.branch.classIndex];
    case 'group':
      return [node.branch.classIndex, node.fate];
    case 'centre':
      return [node.leaf.centre.id];
    case 'message':
      return [node.under, node.what, ...(node.what === 'staleSeeds' ? [node.folder] : [])];
  }
}
