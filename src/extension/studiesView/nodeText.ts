/** What the tree of studies says: names, figures, icons and tooltips, as plain data. */
import { basename, dirname, sep } from 'node:path';
import { fateKinds, type FateKind } from '../../lpcam/gating';
import type { Staleness } from '../../lpcam/staleness';
import type { Failure } from '../../protocol/failure';
import { studyFile, studyName } from '../study/studyReference';
import type { CentreNode, CheckpointNode, ClassNode, MessageNode, StudiesNode, StudyNode } from './node';

/** One line of a tooltip: what is told, and the figure, name or sentence itself. */
export type TooltipLine = readonly [what: string, text: string];

export interface NodeText {
  readonly label: string;
  readonly description: string;
  /** Name of a product icon. */
  readonly icon: string;
  /** Theme colour of the icon; null: the text's. */
  readonly colour: string | null;
  readonly tooltip: { readonly title: string; readonly lines: readonly TooltipLine[] };
  /** What a screen reader says. */
  readonly spoken: string;
}

const groupNames: Readonly<Record<FateKind, string>> = {
  class: 'Class prototypes',
  context: 'Context prototypes',
  rejected: 'Rejected',
};
const groupTitles: Readonly<Record<FateKind, string>> = {
  class: 'Foreground centres that pass the class gate: what counts as the class.',
  context: 'Background centres that pass the context gates: what is subtracted.',
  rejected: 'Centres that pass no gate, or were dropped by hand.',
};
const fateNames: Readonly<Record<FateKind, string>> = {
  class: 'class prototype',
  context: 'context prototype',
  rejected: 'rejected',
};
/** Shapes and colours of the gallery. */
const fateIcons: Readonly<Record<FateKind, string>> = {
  class: 'circle-filled',
  context: 'primitive-square',
  rejected: 'circle-outline',
};
const fateColours: Readonly<Record<FateKind, string | null>> = {
  class: 'charts.green',
  context: 'charts.blue',
  rejected: 'descriptionForeground',
};

/** As on the cards of the gallery. */
function figure(value: number): string {
  return Number.isNaN(value) ? '–' : value.toFixed(3);
}

const count = (value: number) => value.toLocaleString('en');

/** `1 centre`, `2 centres`. */
const many = (value: number, what: string) => `${count(value)} ${what}${value === 1 ? '' : 's'}`;

function studyText({ study, where, mark }: StudyNode): NodeText {
  const file = studyFile(study);
  const label = studyName(study);
  // A study is called by its folder, which need not be said twice.
  const place = where === label ? '' : where;
  const standing =
    mark === 'selected' ? 'selected for every image' : mark === 'current' ? 'current study' : null;
  const description = [mark, file === null ? 'without a study file' : place]
    .filter((part) => part !== null && part !== '')
    .join(' · ');
  return {
    label,
    description,
    icon: mark === 'selected' ? 'pinned' : mark === 'current' ? 'flame' : 'beaker',
    colour: null,
    tooltip: {
      title: label,
      lines: [
        file === null ? ['Checkpoint', 'checkpoint' in study ? study.checkpoint : ''] : ['Study file', file],
        ...(standing === null ? [] : [['', sentence(standing)] as const]),
      ],
    },
    spoken: ['Study', label, standing, file === null ? 'without a study file' : place]
      .filter((part) => part !== null && part !== '')
      .join(', '),
  };
}

/** What may not belong to the checkpoint, in a few words. */
export const staleTexts: Readonly<Record<Staleness, string>> = {
  otherCheckpoint: 'of another checkpoint',
  older: 'older than the checkpoint',
};

const sentence = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

function checkpointText({ summary }: CheckpointNode): NodeText {
  const { network, bank, system } = summary;
  const name = basename(network.checkpoint);
  const stale = bank?.stale ? `bank ${staleTexts[bank.stale]}` : null;
  const what = network.origin?.architecture ?? null;
  const classes = `${count(network.classes)} ${network.classes === 1 ? 'class' : 'classes'}`;
  return {
    label: name,
    description: [classes, what, stale].filter((part) => part !== null).join(' · '),
    icon: stale === null ? 'layers' : 'warning',
    colour: stale === null ? null : 'list.warningForeground',
    tooltip: {
      title: name,
      lines: [
        ['Checkpoint', network.checkpoint],
        ...(network.origin
          ? [['Network', `${network.origin.system}, ${network.origin.architecture}`] as const]
          : []),
        ...(system ? [['System', system.name] as const] : []),
        ['Features', `${network.features}, ${count(network.channels)} channels`],
        ['Stride', network.stride === null ? 'not told by the graph' : String(network.stride)],
        ['Classes', count(network.classes)],
        ['SHA-256', network.hash],
        ['Prototype bank', bank ? `${bank.path}, ${many(bank.centres, 'centre')}` : 'none yet'],
        ...(stale === null ? [] : [['', sentence(stale)] as const]),
      ],
    },
    spoken: ['Checkpoint', name, what, classes, stale].filter((part) => part !== null).join(', '),
  };
}

function classText({ branch }: ClassNode): NodeText {
  const { name, groups, withoutClass } = branch;
  const counts = `${groups.class.length} class · ${groups.context.length} context`;
  const warning =
    groups.class.length === 0
      ? 'No centre is a class prototype: LPCAM of this class is empty.'
      : 'No foreground centre passes the class gate: the one of largest p is kept.';
  return {
    label: name,
    description: counts,
    icon: withoutClass ? 'warning' : 'tag',
    colour: withoutClass ? 'list.warningForeground' : null,
    tooltip: {
      title: name,
      lines: [
        ...fateKinds.map((kind) => [groupNames[kind], String(groups[kind].length)] as const),
        ...(withoutClass ? [['', warning] as const] : []),
      ],
    },
    spoken: [
      `Class ${name}`,
      ...fateKinds.map((kind) =>
        kind === 'rejected' ? `${groups[kind].length} rejected` : many(groups[kind].length, fateNames[kind]),
      ),
      ...(withoutClass ? [warning] : []),
    ].join(', '),
  };
}

function groupText(fate: FateKind, size: number, className: string): NodeText {
  return {
    label: groupNames[fate],
    description: count(size),
    icon: fateIcons[fate],
    colour: fateColours[fate],
    tooltip: {
      title: `${groupNames[fate]} of ${className}`,
      lines: [
        ['Centres', count(size)],
        ['', groupTitles[fate]],
      ],
    },
    spoken: `${groupNames[fate]} of ${className}, ${many(size, 'centre')}`,
  };
}

function centreText({ leaf }: CentreNode): NodeText {
  const { centre, className, p, fate } = leaf;
  const { id, set, size, spread, mark, patches } = centre;
  const described = [`p ${figure(p)}`, ...(fate.kind === 'rejected' ? [set] : []), ...(mark ? [mark] : [])];
  const images = [...new Set(patches.map(({ image }) => image))].slice(0, 3);
  return {
    label: `Centre ${id}`,
    description: described.join(' · '),
    icon: mark === null ? fateIcons[fate.kind] : mark === 'pinned' ? 'pinned' : 'trash',
    colour: fateColours[fate.kind],
    tooltip: {
      title: `Centre ${id} of ${className}: ${fateNames[fate.kind]}`,
      lines: [
        ['Why', `${set}: ${fate.reason}`],
        [`p(${className})`, figure(p)],
        ...(size > 0 ? [['Feature positions', count(size)] as const] : []),
        ...(spread === null ? [] : [['Spread', figure(spread)] as const]),
        ...(images.length > 0 ? [['Nearest patches in', images.join(', ')] as const] : []),
      ],
    },
    spoken: `Centre ${id} of ${className}, ${fateNames[fate.kind]}, ${set}: ${fate.reason}`,
  };
}

/** What a click on a message does. */
type Act = 'openFile' | 'cluster' | 'makeSeeds' | 'trust' | 'log';
const acts: Readonly<Record<Act, string>> = {
  openFile: 'opens the study file',
  cluster: 'clusters the prototypes',
  makeSeeds: 'makes seeds',
  trust: 'manages the trust in this workspace',
  log: 'shows the log',
};

/** A failure in few letters: paths without the folders that the place in the tree tells. */
function shortened({ message, file }: Failure, study: MessageNode['study']): string {
  const own = studyFile(study);
  const folder = 'folder' in study ? study.folder : own === null ? null : dirname(own);
  const short = file === undefined ? message : message.replaceAll(file, basename(file));
  return folder === null ? short : short.replaceAll(`${folder}${sep}`, '');
}

function messageText(node: MessageNode): NodeText {
  const failure = node.what === 'failure' ? node.failure : null;
  const whole = node.what === 'failure' ? node.failure.message : node.text;
  const { icon, colour } = messageIcon(node);
  const places: readonly TooltipLine[] = [
    ...(failure?.file === undefined ? [] : [['File', failure.file] as const]),
    ...(failure?.field === undefined ? [] : [['Field', failure.field] as const]),
  ];
  const act = acts[messageAct(node)];
  return {
    label: failure ? shortened(failure, node.study) : whole,
    description: node.what === 'noBank' ? 'click to cluster' : '',
    icon,
    colour,
    tooltip: { title: '', lines: [['', whole], ...places, ['A click', act]] },
    spoken: `${spokenIcons[icon]}: ${whole}. A click ${act}.`.replace('..', '.'),
  };
}

const spokenIcons = { error: 'Error', warning: 'Warning', shield: 'Note', info: 'Note' } as const;

function messageIcon(node: MessageNode): {
  readonly icon: keyof typeof spokenIcons;
  readonly colour: string | null;
} {
  switch (node.what) {
    case 'failure':
      return node.trusted
        ? { icon: 'error', colour: 'list.errorForeground' }
        : { icon: 'shield', colour: null };
    case 'otherCheckpoint':
    case 'staleSeeds':
      return { icon: 'warning', colour: 'list.warningForeground' };
    case 'noBank':
    case 'noCentres':
      return { icon: 'info', colour: null };
  }
}

export function messageAct(node: MessageNode): Act {
  if (node.what === 'staleSeeds') return 'makeSeeds';
  if (node.what !== 'failure') return 'cluster';
  if (!node.trusted) return 'trust';
  return node.failure.kind === 'input' && studyFile(node.study) !== null ? 'openFile' : 'log';
}

export function nodeText(node: StudiesNode): NodeText {
  switch (node.kind) {
    case 'study':
      return studyText(node);
    case 'checkpoint':
      return checkpointText(node);
    case 'class':
      return classText(node);
    case 'group':
      return groupText(node.fate, node.branch.groups[node.fate].length, node.branch.name);
    case 'centre':
      return centreText(node);
    case 'message':
      return messageText(node);
  }
}
