/** What a prototype bank holds, before any gate, as `lpcam inspect` tells it. */
import type { CentreSet, PrototypeBank } from '../lpcam/bank';
import { factsText } from './factsText';
import { scoringText } from './scoringText';

export function bankFacts(
  path: string,
  { classes, channels, alreadyGated, centres, provenance }: PrototypeBank,
) {
  const count = (set: CentreSet) => centres.filter((centre) => centre.set === set).length;
  return {
    bank: path,
    channels,
    classes: classes.length,
    classesWithCentres: new Set(centres.map(({ classIndex }) => classIndex)).size,
    foreground: count('foreground'),
    background: count('background'),
    alreadyGated,
    marked: centres.filter(({ mark }) => mark !== null).length,
    scoring: provenance.scoring ?? null,
    checkpoint: provenance.checkpoint,
    checkpointHash: provenance.checkpointHash,
    clustering: provenance.clustering,
    device: provenance.device,
    writer: provenance.writer,
    created: provenance.created,
  };
}

export function bankText(path: string, bank: PrototypeBank): string {
  const facts = bankFacts(path, bank);
  const { clustering } = facts;
  return factsText([
    ['bank', path],
    [
      'centres',
      `${facts.foreground} foreground, ${facts.background} background${bank.alreadyGated ? ', gated already' : ''}`,
    ],
    ['classes', `${facts.classesWithCentres} of ${facts.classes} have centres`],
    ['channels', String(facts.channels)],
    [
      'p',
      facts.scoring === null
        ? 'the bank does not say how they were scored'
        : `scored ${scoringText(facts.scoring)}`,
    ],
    ['by hand', facts.marked === 0 ? 'no centre is marked' : `${facts.marked} centres are pinned or dropped`],
    ['checkpoint', facts.checkpoint ?? 'unknown'],
    ['SHA-256', facts.checkpointHash ?? 'unknown'],
    [
      'clustering',
      clustering === null
        ? 'unknown'
        : `K ${clustering.k}, CAM split ${clustering.split}, seed ${clustering.seed}`,
    ],
    [
      'made',
      `${facts.created ?? 'at an unknown time'} on ${facts.device ?? 'an unknown device'} by ${facts.writer}`,
    ],
  ]);
}
