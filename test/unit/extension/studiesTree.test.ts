/** The tree of studies, apart from VS Code: which centre is where, and what each line says. */
import { describe, expect, it } from 'vitest';
import { bankTree, countFates } from '../../../src/extension/studiesView/bankTree';
import {
  isStudiesNode,
  nodeId,
  type CentreNode,
  type MessageNode,
  type StudiesNode,
} from '../../../src/extension/studiesView/node';
import { messageAct, nodeText } from '../../../src/extension/studiesView/nodeText';
import type { GalleryCentre } from '../../../src/protocol/gallery';
import { galleryBank } from '../webview/syntheticGallery';

const study = { file: '/data/birds/lpcam.json' };
const identity = 'one';
const tree = (changes?: (centre: GalleryCentre) => Partial<GalleryCentre>) =>
  bankTree(galleryBank(changes).opened);
const ids = (leaves: readonly { centre: GalleryCentre }[] | undefined) =>
  leaves?.map(({ centre }) => centre.id);

describe('The classes of a bank', () => {
  it('are those that have centres, in the order of the classifier', () => {
    expect(tree().map(({ name }) => name)).toEqual(['sea bird', 'boat']);
  });

  it('sort their centres by the gates of the study, largest p first', () => {
    const [first] = tree();
    expect(ids(first?.groups.class)).toEqual([0, 1]);
    expect(ids(first?.groups.context)).toEqual([3]);
    expect(ids(first?.groups.rejected)).toEqual([5, 2, 4]);
    expect(first?.groups.class[0]?.p).toBe(Math.fround(0.99));
  });

  it('honour marks by hand', () => {
    const marks = { 0: 'dropped', 4: 'pinned' } as const;
    const [first] = tree(({ id }) => ({ mark: id === 0 || id === 4 ? marks[id] : null }));
    expect(ids(first?.groups.class)).toEqual([1]);
    expect(ids(first?.groups.context)).toEqual([3, 4]);
    expect(ids(first?.groups.rejected)).toEqual([0, 5, 2]);
  });

  it('tell when no foreground centre passes', () => {
    const { opened } = galleryBank();
    const [first] = bankTree({ ...opened, gates: { ...opened.gates, class: 0.995 } });
    expect(first?.withoutClass).toBe(true);
    expect(ids(first?.groups.class)).toEqual([0]);
    expect(tree().some(({ withoutClass }) => withoutClass)).toBe(false);
  });

  it('apply no gate to a bank that was gated before it was published', () => {
    const { opened, bank } = galleryBank();
    const summary = { ...bank.summary, alreadyGated: true };
    expect(countFates(bankTree({ ...opened, bank: { ...bank, summary } }))).toEqual({
      class: 6,
      context: 6,
      rejected: 0,
    });
  });

  it('are none without a bank', () => {
    expect(bankTree({ ...galleryBank().opened, bank: null })).toEqual([]);
  });

  it('put a centre whose p is no number last, among the rejected', () => {
    const { opened, bank } = galleryBank();
    const scores = bank.scores.slice();
    scores[0] = NaN;
    const [first] = bankTree({ ...opened, bank: { ...bank, scores } });
    const rejected = first?.groups.rejected ?? [];
    expect(ids(rejected)?.at(-1)).toBe(0);
    const [leaf] = rejected.slice(-1);
    if (!leaf) throw new Error('no centre');
    expect(nodeText({ kind: 'centre', study, identity, leaf }).description).toBe('p – · foreground');
  });
});

describe('A line of the tree', () => {
  const [branch] = tree();
  if (!branch) throw new Error('no class');
  const centre = (fate: 'class' | 'rejected'): CentreNode => {
    const [leaf] = branch.groups[fate];
    if (!leaf) throw new Error('no centre');
    return { kind: 'centre', study, identity, leaf };
  };

  it('counts the centres of a class by their fate', () => {
    const { label, description, spoken } = nodeText({ kind: 'class', study, identity, branch });
    expect(label).toBe('sea bird');
    expect(description).toBe('2 class · 1 context');
    expect(spoken).toBe('Class sea bird, 2 class prototypes, 1 context prototype, 3 rejected');
  });

  it('counts the centres of a group', () => {
    const { label, description } = nodeText({ kind: 'group', study, identity, branch, fate: 'rejected' });
    expect([label, description]).toEqual(['Rejected', '3']);
  });

  it('gives p with the three digits of the gallery, and the gate that decided', () => {
    const { label, description, tooltip } = nodeText(centre('class'));
    expect(label).toBe('Centre 0');
    expect(description).toBe('p 0.990');
    expect(tooltip.lines).toContainEqual(['Why', 'foreground: p 0.99 > 0.9']);
    expect(tooltip.lines).toContainEqual(['Nearest patches in', 'image_0_0, image_0_1']);
    expect(nodeText(centre('rejected')).description).toBe('p 0.970 · background');
  });

  it('marks the study in use, and tells studies of one name apart by their folder', () => {
    const node = { kind: 'study', study, where: 'data/birds', mark: null } as const;
    expect(nodeText({ ...node, where: 'birds' }).description).toBe('');
    expect(nodeText(node)).toMatchObject({ label: 'birds', description: 'data/birds', icon: 'beaker' });
    expect(nodeText({ ...node, mark: 'current' })).toMatchObject({
      description: 'current · data/birds',
      icon: 'flame',
      spoken: 'Study, birds, current study, data/birds',
    });
    expect(nodeText({ ...node, mark: 'selected' }).icon).toBe('pinned');
    const checkpoint = { checkpoint: '/data/epoch_9.pth', folder: '/data' };
    expect(nodeText({ ...node, study: checkpoint, where: '' })).toMatchObject({
      label: 'epoch_9.pth',
      description: 'without a study file',
    });
  });

  it('says an error in its own words, and leads to where it can be mended', () => {
    const failure = {
      kind: 'input',
      message: '/data/a.pth is not there: see /data/birds/cp/b.pth.',
      file: '/data/a.pth',
      field: 'checkpoint',
    } as const;
    const node: MessageNode = {
      kind: 'message',
      study,
      under: 'study',
      what: 'failure',
      failure,
      trusted: true,
    };
    const { label, icon, spoken, tooltip } = nodeText(node);
    expect([label, icon]).toEqual(['a.pth is not there: see cp/b.pth.', 'error']);
    expect(spoken).toBe(`Error: ${failure.message} A click opens the study file.`);
    expect(tooltip.lines).toContainEqual(['', failure.message]);
    expect(tooltip.lines).toContainEqual(['Field', 'checkpoint']);
    expect(messageAct(node)).toBe('openFile');
    expect(messageAct({ ...node, failure: { ...failure, kind: 'engine' } })).toBe('log');
    expect(messageAct({ ...node, study: { checkpoint: '/data/a.pth', folder: '/data' } })).toBe('log');
    expect(messageAct({ ...node, trusted: false })).toBe('trust');
    expect(nodeText({ ...node, trusted: false }).icon).toBe('shield');
  });

  it('keeps its id while it means the same, and shares it with no other', () => {
    const nodes: StudiesNode[] = [
      { kind: 'study', study, where: '', mark: null },
      { kind: 'study', study: { file: '/data/boats/lpcam.json' }, where: '', mark: null },
      ...tree().flatMap((one): StudiesNode[] => [
        { kind: 'class', study, identity, branch: one },
        { kind: 'group', study, identity, branch: one, fate: 'class' },
        { kind: 'group', study, identity, branch: one, fate: 'rejected' },
      ]),
      centre('class'),
      centre('rejected'),
      { kind: 'message', study, under: 'checkpoint', what: 'noBank', text: 'none' },
      { kind: 'message', study, under: 'checkpoint', what: 'otherCheckpoint', text: 'other' },
    ];
    expect(new Set(nodes.map(nodeId)).size).toBe(nodes.length);
    expect(nodeId({ kind: 'study', study, where: 'x', mark: 'current' })).toBe(
      nodeId({ kind: 'study', study, where: '', mark: null }),
    );
  });

  it('is told from what other menus give a command', () => {
    expect(isStudiesNode({ kind: 'study', study, where: '', mark: null })).toBe(true);
    for (const other of [undefined, null, '/a', { kind: 'study' }, { scheme: 'file', path: '/a' }])
      expect(isStudiesNode(other)).toBe(false);
  });
});
