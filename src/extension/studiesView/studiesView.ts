/** The activity bar's view: study > checkpoint > class > prototypes, each read when it is unfolded. */
import { basename, dirname } from 'node:path';
import * as vscode from 'vscode';
import { fateKinds } from '../../lpcam/gating';
import type { Failure } from '../../protocol/failure';
import type { GalleryBank } from '../../protocol/gallery';
import type { StudyReference, StudySummary } from '../../protocol/study';
import type { EngineClient } from '../client/engineClient';
import { currentStudy } from '../currentStudy';
import type { CheckpointFollower } from '../follow/checkpointFollower';
import type { ImagePanels } from '../panel/imagePanels';
import type { Studies } from '../study/studies';
import { studyFile, studyKey } from '../study/studyReference';
import type { StudyReader } from '../study/studyReader';
import { bankTree } from './bankTree';
import type { CheckpointNode, MessageNode, StudiesNode, StudyNode } from './node';
import { staleTexts } from './nodeText';
import { StudyBranch } from './studyBranch';
import { treeItem } from './treeItem';

const studiesViewId = 'lpcam.studies';

export interface StudiesViewHost {
  readonly studies: Studies;
  readonly engine: EngineClient;
  readonly reader: StudyReader;
  readonly panels: ImagePanels;
  readonly follower: CheckpointFollower;
}

export class StudiesView implements vscode.TreeDataProvider<StudiesNode>, vscode.Disposable {
  readonly #host: StudiesViewHost;
  readonly #changed = new vscode.EventEmitter<StudiesNode | undefined>();
  readonly #branches = new Map<string, StudyBranch>();
  readonly #parents = new WeakMap<StudiesNode, StudiesNode>();
  readonly #disposables: { dispose(): unknown }[];
  readonly #view: vscode.TreeView<StudiesNode>;
  /** The studies as they were told last: VS Code is told of changes by these very objects. */
  #roots: readonly StudyNode[] = [];
  #looking: Promise<readonly StudyNode[]> | null = null;
  /** Of the current study: the tree is drawn anew only when it is another. */
  #current: string | null = null;

  readonly onDidChangeTreeData = this.#changed.event;

  constructor(host: StudiesViewHost) {
    this.#host = host;
    this.#view = vscode.window.createTreeView<StudiesNode>(studiesViewId, {
      treeDataProvider: this,
      showCollapseAll: true,
    });
    const { tabGroups } = vscode.window;
    this.#disposables = [
      this.#changed,
      this.#view,
      host.studies.onDidChange(() => this.#lookAgain()),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.refresh()),
      host.panels.onDidChange(() => void this.#follow()),
      tabGroups.onDidChangeTabs(() => void this.#follow()),
      tabGroups.onDidChangeTabGroups(() => void this.#follow()),
      this.#view.onDidChangeVisibility(() => void this.#follow()),
    ];
  }

  /** Reads everything anew that is looked at, after a failure of the engine as well. */
  refresh(): void {
    if (this.#host.engine.state === 'givenUp') this.#host.engine.restart();
    for (const branch of this.#branches.values()) branch.forget();
    this.#lookAgain();
  }

  getTreeItem(node: StudiesNode): vscode.TreeItem {
    return treeItem(node, this.#roots.length === 1);
  }

  getParent(node: StudiesNode): StudiesNode | undefined {
    return this.#parents.get(node);
  }

  async getChildren(node?: StudiesNode): Promise<StudiesNode[]> {
    if (node === undefined) {
      this.#looking ??= this.#studies();
      return [...(await this.#looking)];
    }
    const children = await this.#childrenOf(node);
    for (const child of children) this.#parents.set(child, node);
    return children;
  }

  dispose(): void {
    for (const disposable of this.#disposables) disposable.dispose();
    for (const branch of this.#branches.values()) branch.dispose();
  }

  #lookAgain(): void {
    this.#looking = null;
    this.#changed.fire(undefined);
  }

  async #studies(): Promise<readonly StudyNode[]> {
    const { studies, panels } = this.#host;
    await studies.known;
    const { checkpoint } = studies;
    const references = [...studies.files.map((file) => ({ file })), ...(checkpoint ? [checkpoint] : [])];
    const current = await currentStudy(panels, studies);
    this.#current = current && studyKey(current);
    this.#roots = references.map((study) => this.#studyNode(study));
    const keys = new Set(references.map(studyKey));
    for (const [key, branch] of this.#branches) {
      if (keys.has(key)) continue;
      branch.dispose();
      this.#branches.delete(key);
    }
    return this.#roots;
  }

  #studyNode(study: StudyReference): StudyNode {
    const file = studyFile(study);
    const isCurrent = studyKey(study) === this.#current;
    const mark = this.#host.studies.isSelected(study) ? 'selected' : isCurrent ? 'current' : null;
    const folder = file === null ? '' : dirname(file);
    // The workspace's own folder has no path in it worth telling.
    const where = vscode.workspace.asRelativePath(folder);
    return { kind: 'study', study, where: where === folder ? '' : where, mark };
  }

  async #follow(): Promise<void> {
    if (!this.#view.visible || this.#looking === null) return;
    const current = await currentStudy(this.#host.panels, this.#host.studies);
    if ((current && studyKey(current)) !== this.#current) this.#lookAgain();
  }

  #branch(study: StudyReference): StudyBranch {
    const key = studyKey(study);
    const there = this.#branches.get(key);
    if (there) return there;
    const branch = new StudyBranch(this.#host, study, () => {
      const node = this.#roots.find((one) => studyKey(one.study) === key);
      if (node) this.#changed.fire(node);
    });
    this.#branches.set(key, branch);
    return branch;
  }

  async #childrenOf(node: StudiesNode): Promise<StudiesNode[]> {
    switch (node.kind) {
      case 'study':
        return this.#checkpoint(node);
      case 'checkpoint':
        return this.#classes(node);
      case 'class':
        return fateKinds.map((fate) => ({ ...node, kind: 'group', fate }));
      case 'group': {
        const { study, identity, branch, fate } = node;
        return branch.groups[fate].map((leaf) => ({ kind: 'centre', study, identity, leaf }));
      }
      case 'centre':
      case 'message':
        return [];
    }
  }

  async #checkpoint({ study }: StudyNode): Promise<StudiesNode[]> {
    const outcome = await this.#branch(study).summary();
    return outcome.ok
      ? [{ kind: 'checkpoint', study, summary: outcome.value }, ...staleSeeds(study, outcome.value)]
      : failureNodes(study, 'study', outcome.failure);
  }

  async #classes({ study }: CheckpointNode): Promise<StudiesNode[]> {
    const outcome = await this.#branch(study).bank();
    return outcome.ok ? bankNodes(study, outcome.value) : failureNodes(study, 'checkpoint', outcome.failure);
  }
}

function failureNodes(study: StudyReference, under: MessageNode['under'], failure: Failure): MessageNode[] {
  // Whoever cancelled reads anew.
  if (failure.kind === 'cancelled') return [];
  const trusted = vscode.workspace.isTrusted;
  return [{ kind: 'message', study, under, what: 'failure', failure, trusted }];
}

/** Seeds that were made before the checkpoint was, or with another one. */
function staleSeeds(study: StudyReference, { seeds }: StudySummary): StudiesNode[] {
  return seeds.flatMap(({ folder, stale }): StudiesNode[] => {
    if (stale === null) return [];
    const text = `Seeds in ${basename(folder)}: ${staleTexts[stale]}`;
    return [{ kind: 'message', study, under: 'study', what: 'staleSeeds', folder, text }];
  });
}

function bankNodes(study: StudyReference, opened: GalleryBank): StudiesNode[] {
  const { bank, notices } = opened;
  const message = (what: 'noBank' | 'noCentres' | 'otherCheckpoint', text: string): MessageNode => ({
    kind: 'message',
    study,
    under: 'checkpoint',
    what,
    text,
  });
  const other = notices.find(({ kind }) => kind === 'bank-of-other-checkpoint');
  const warning = other ? [message('otherCheckpoint', other.message)] : [];
  if (bank === null) return other ? warning : [message('noBank', 'No prototypes yet')];
  const classes = bankTree(opened);
  if (classes.length === 0) return [...warning, message('noCentres', 'The bank holds no centres.')];
  const { identity } = bank;
  return [...warning, ...classes.map((branch) => ({ kind: 'class' as const, study, identity, branch }))];
}
