/** What the charts of the timeline show, as plain data. */
import type { Timeline, TimelineEntry } from '../../protocol/timeline';
import { nameOf } from '../shared/nameOf';
import { axisOf, placeOf, type Axis } from './scale';

export type Shape = 'circle' | 'square' | 'ring' | 'triangle';

export interface Series {
  readonly name: string;
  readonly shape: Shape;
  /** One per entry; null: there is none. In the axis's unit. */
  readonly values: readonly (number | null)[];
  /** Its line is dashed: shapes and dashes tell series apart where colours do not. */
  readonly dashed: boolean;
  /** Name of its colour in the style sheet. */
  readonly colour: 'class' | 'context' | 'faint';
}

export interface Chart {
  readonly id: 'seeds' | 'counts' | 'drift';
  readonly title: string;
  /** Of the vertical axis. */
  readonly unit: string;
  readonly axis: Axis;
  readonly series: readonly Series[];
  readonly format: (value: number) => string;
  /** Why there is nothing to draw; null: there is. */
  readonly empty: string | null;
}

/** What a checkpoint is called under the axis: its number, else its name. */
export function labelOf({ number, path }: TimelineEntry): string {
  return number === null ? nameOf(path).replace(/\.(pth|pt|onnx|safetensors)$/i, '') : String(number);
}

/** Places of the entries, 0..1: by their numbers where every name has another one, else evenly. */
export function placesOf(entries: readonly TimelineEntry[]): readonly number[] {
  const numbers = entries.flatMap(({ number }) => (number === null ? [] : [number]));
  const own = numbers.length === entries.length && new Set(numbers).size === numbers.length;
  if (!own) return entries.map((_, index) => placeOf(index, 0, entries.length - 1));
  const [low, high] = [Math.min(...numbers), Math.max(...numbers)];
  return numbers.map((number) => placeOf(number, low, high));
}

const percent = (share: number | null | undefined) => (share == null ? null : share * 100);

function numbersOf(series: readonly Series[]): number[] {
  return series.flatMap(({ values }) => values.filter((value) => value !== null));
}

export function chartsOf({ entries, probe }: Timeline): readonly Chart[] {
  const points = entries.map(({ point }) => point);
  const none = points.some((point) => point !== null) ? null : 'No point is computed yet.';
  const seeds: readonly Series[] = [
    {
      name: 'LPCAM',
      shape: 'circle',
      dashed: false,
      colour: 'class',
      values: points.map((point) => percent(point?.lpcam.miou)),
    },
    {
      name: 'CAM',
      shape: 'square',
      dashed: true,
      colour: 'context',
      values: points.map((point) => percent(point?.cam.miou)),
    },
  ];
  const counts: readonly Series[] = (
    [
      ['class', 'class prototypes', 'circle', 'class', false],
      ['context', 'context prototypes', 'square', 'context', true],
      ['rejected', 'rejected', 'ring', 'faint', true],
    ] as const
  ).map(([kind, name, shape, colour, dashed]) => ({
    name,
    shape,
    colour,
    dashed,
    values: points.map((point) => point?.counts[kind] ?? null),
  }));
  const drift: readonly Series[] = [
    {
      name: 'median',
      shape: 'circle',
      dashed: false,
      colour: 'class',
      values: entries.map((entry) => entry.drift?.median ?? null),
    },
    {
      name: 'lowest tenth',
      shape: 'triangle',
      dashed: true,
      colour: 'faint',
      values: entries.map((entry) => entry.drift?.low ?? null),
    },
  ];
  return [
    {
      id: 'seeds',
      title: 'Seed mIoU on the probe images',
      unit: 'mIoU, %',
      axis: axisOf(numbersOf(seeds), 10, { low: 0, high: 100 }),
      series: seeds,
      format: (value) => value.toFixed(value % 1 === 0 ? 0 : 1),
      empty: none ?? (probe.masked === 0 ? 'No probe image has a mask, so seeds cannot be scored.' : null),
    },
    {
      id: 'counts',
      title: 'Centres by what the gates make of them',
      unit: 'centres',
      axis: axisOf([0, ...numbersOf(counts)], 4, { low: 0, high: Infinity }),
      series: counts,
      format: (value) => value.toFixed(0),
      empty: none,
    },
    {
      id: 'drift',
      title: 'Drift: prototypes against those of the computed checkpoint before',
      unit: 'cosine',
      axis: axisOf(numbersOf(drift), 0.1, { low: -1, high: 1 }),
      series: drift,
      format: (value) => String(Number(value.toFixed(3))),
      empty:
        none ??
        (entries.some((entry) => entry.drift !== null) ? null : 'Drift needs two computed checkpoints.'),
    },
  ];
}

/** What a point says, for pointers and screen readers. */
export function pointText(chart: Chart, entry: TimelineEntry, index: number): string {
  const digits = chart.id === 'drift' ? 4 : chart.id === 'seeds' ? 1 : 0;
  const figures = chart.series.flatMap(({ name, values }) => {
    const value = values[index] ?? null;
    return value === null ? [] : [`${name} ${value.toFixed(digits)}`];
  });
  const gone = entry.onDisk ? '' : ' (no longer on disk)';
  return `${nameOf(entry.path)}${gone}: ${figures.length > 0 ? `${figures.join(', ')} (${chart.unit})` : 'not computed'}`;
}
