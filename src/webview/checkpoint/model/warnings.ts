/** What is wrong with a checkpoint, in plain words, from all that is known of it so far. */
import type {
  CheckpointTable,
  CheckpointWarning,
  ClassifierMatrix,
  ListedTensor,
} from '../../../protocol/checkpoint';
import { count, counted, cosine, value } from './numberText';
import type { KnownStatistics } from './tableRows';

export interface Warning {
  readonly kind:
    'notFinite' | 'overflow' | 'variance' | 'dead' | 'twins' | 'unreadable' | CheckpointWarning['kind'];
  readonly message: string;
  /** A tensor to look at; null: none in particular. */
  readonly tensor: number | null;
}

/** The largest half precision number. */
const largestHalf = 65504;
/** Classes whose weights point the same way are told apart by nothing. */
const twins = 0.999;
const named = 3;

interface Case {
  readonly place: number;
  readonly tensor: ListedTensor;
}

/** "a", "a, b and c", "a, b, c and 4 more". */
export function listOf(names: readonly string[]): string {
  const shown = names.slice(0, names.length > named + 1 ? named : names.length);
  const rest = names.length - shown.length;
  const parts = rest > 0 ? [...shown, `${count(rest)} more`] : shown;
  return parts.length < 2 ? (parts[0] ?? '') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1) ?? ''}`;
}

function listOfCases(cases: readonly Case[]): string {
  return listOf(cases.map(({ tensor }) => tensor.name));
}

function ofTensors({ tensors }: CheckpointTable, statistics: KnownStatistics): Warning[] {
  const cases = (wanted: (tensor: ListedTensor, place: number) => boolean): Case[] =>
    tensors.flatMap((tensor, place) => (wanted(tensor, place) ? [{ tensor, place }] : []));
  const warnings: Warning[] = [];
  const warn = (
    kind: Warning['kind'],
    found: readonly Case[],
    message: (found: readonly Case[]) => string,
  ) => {
    const [first] = found;
    if (first) warnings.push({ kind, message: message(found), tensor: first.place });
  };
  warn(
    'unreadable',
    cases(({ unreadable, dtype }) => unreadable !== null && dtype !== 'string'),
    (found) =>
      `The numbers of ${counted(found.length, 'tensor')} cannot be read: ${listOfCases(found)} (${found[0]?.tensor.unreadable ?? ''}).`,
  );
  warn(
    'notFinite',
    cases((_, place) => {
      const known = statistics.get(place);
      return known !== undefined && known.nan + known.infinite > 0;
    }),
    (found) =>
      `Weights that are no numbers (NaN or infinite) in ${listOfCases(found)}: every map through them is NaN. Training diverged, or half precision overflowed; use an earlier epoch.`,
  );
  warn(
    'variance',
    cases(({ role }, place) => {
      const known = statistics.get(place);
      return role === 'variance' && known?.min != null && known.min <= 0;
    }),
    (found) =>
      `A BatchNorm with zero variance in ${listOfCases(found)}: those channels were constant in training and are blown up by 1 / √ε on any other input.`,
  );
  warn(
    'overflow',
    cases(({ dtype }, place) => {
      const known = statistics.get(place);
      const largest = Math.max(Math.abs(known?.min ?? 0), Math.abs(known?.max ?? 0));
      return (dtype === 'float32' || dtype === 'float64' || dtype === 'bfloat16') && largest > largestHalf;
    }),
    (found) =>
      `Numbers beyond ±${value(largestHalf)} in ${listOfCases(found)}: they become infinite in float16, so do not convert this checkpoint to half precision.`,
  );
  return warnings;
}

function ofClassifier({ classNames, norms, cosines, dead, classifier }: ClassifierMatrix): Warning[] {
  const warnings: Warning[] = [];
  const name = (index: number) => classNames[index] ?? `class ${index}`;
  if (dead.length > 0) {
    const alive = [...norms].filter((norm, index) => Number.isFinite(norm) && !dead.includes(index));
    const typical = alive.sort((a, b) => a - b)[Math.floor(alive.length / 2)] ?? 0;
    warnings.push({
      kind: 'dead',
      tensor: null,
      message: `Dead ${dead.length === 1 ? 'class' : 'classes'} in ${classifier}: the weights of ${listOf(dead.map(name))} are next to zero (norm ${value(norms[dead[0] ?? 0] ?? 0)}; others have about ${value(typical)}). Their maps are empty or noise: did training see these classes?`,
    });
  }
  const pairs: string[] = [];
  const classes = classNames.length;
  for (let a = 0; a < classes; a++)
    for (let b = a + 1; b < classes; b++) {
      const between = cosines[a * classes + b] ?? NaN;
      if (between > twins) pairs.push(`${name(a)} and ${name(b)} (cosine ${cosine(between)})`);
    }
  if (pairs.length > 0)
    warnings.push({
      kind: 'twins',
      tensor: null,
      message: `Classes with the same weights: ${listOf(pairs)}. Their maps cannot differ.`,
    });
  return warnings;
}

/** All warnings, the gravest first. */
export function warningsOf(
  table: CheckpointTable,
  statistics: KnownStatistics,
  matrix: ClassifierMatrix | null,
  told: readonly CheckpointWarning[],
): readonly Warning[] {
  const unlisted =
    table.unlisted > 0
      ? [
          {
            kind: 'large' as const,
            message: `The file holds ${counted(table.tensors.length + table.unlisted, 'tensor')}; the first ${count(table.tensors.length)} are listed.`,
            tensor: null,
          },
        ]
      : [];
  return [
    ...ofTensors(table, statistics),
    ...(matrix ? ofClassifier(matrix) : []),
    ...told.map((warning) => ({ ...warning, tensor: null })),
    ...unlisted,
  ];
}
