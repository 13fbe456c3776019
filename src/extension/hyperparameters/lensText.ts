/** What a lens above a line says. */
import type { HyperParameter } from './hyperParameter';
import type { ScoredValue, ScoreLookup } from './scoreLookup';

const percent = (share: number) => `${(100 * share).toFixed(2)} %`;

/** As the code would write it: `0.25`, `(1, 0.5)`. */
function valueText(value: number | readonly number[]): string {
  const short = (one: number) => String(Number(one.toFixed(4)));
  return typeof value === 'number' ? short(value) : `(${value.map(short).join(', ')})`;
}

const kinds = { cam: 'CAM seeds', lpcam: 'LPCAM seeds', unknown: 'seeds' } as const;

/** "LPCAM seeds, train": what was scored, without which a score says nothing. */
function scored({ record }: ScoredValue): string {
  const { kind, list } = record;
  const missing = list.missing > 0 ? `, ${list.missing} missing` : '';
  return `${kinds[kind]}, ${list.name}, ${list.images} images${missing}`;
}

export interface LensText {
  readonly title: string;
  readonly tooltip: string;
}

/** @param lookup null: no study knows the code, or no score is kept */
export function lensText({ name, value }: HyperParameter, lookup: ScoreLookup | null): LensText {
  const { here = null, best = null } = lookup ?? {};
  const known = here ?? best;
  if (known === null) {
    return {
      title: `${name}: not scored yet`,
      tooltip: 'No score of this study is kept that knows it. Scoring its seeds makes one.',
    };
  }
  const parts = [
    here === null ? `not scored at ${valueText(value)}` : `mIoU ${percent(here.miou)}`,
    best === null
      ? ''
      : here !== null && best.miou <= here.miou
        ? 'the best value found'
        : `best ${percent(best.miou)} at ${valueText(best.value)}`,
  ];
  const when = (one: ScoredValue) => one.record.when.slice(0, 16).replace('T', ' ');
  const lines = [
    here === null
      ? ''
      : `mIoU ${percent(here.miou)} at ${valueText(here.value)}: ${scored(here)}, ${when(here)} UTC`,
    best === null
      ? ''
      : `best: ${percent(best.miou)} at ${valueText(best.value)}: ${scored(best)}, ${when(best)} UTC`,
  ];
  return {
    title: `${parts.filter((part) => part !== '').join(' · ')} (${scored(known)})`,
    tooltip: lines.filter((line) => line !== '').join('\n'),
  };
}
