/** The report as rows for docs/benchmarks.md, "Devices". */
import type { DeviceFindings, NetworkFindings } from './deviceReport';

const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
const number = (value: number | null, digits: number) => value?.toFixed(digits) ?? '';

/** The figure of a finding; empty where there is none. */
function figure<T extends object>(found: T | string | null, of: (found: T) => number | null): string {
  return found === null || typeof found === 'string' ? '' : number(of(found), 1);
}

function halfWorst({ maps }: NetworkFindings): string {
  if (maps === null || typeof maps === 'string' || typeof maps.halfFromFull === 'string') return '';
  const { lpcam, cam } = maps.halfFromFull;
  return `${number(lpcam, 4)}, ${number(cam, 4)}`;
}

function networkRow({ device, automaticPrecision }: DeviceFindings, found: NetworkFindings): string {
  const { oneImage } = found;
  const times = (precision: 'full' | 'half') => {
    const both = typeof oneImage === 'string' ? null : oneImage[precision];
    const cells = [both?.thread ?? null, both?.noThread ?? null].map((time) =>
      figure(time, ({ others }) => others),
    );
    return cells.every((cell) => cell === '') ? '' : cells.join(', ');
  };
  return line([
    device,
    found.network,
    times('full'),
    times('half'),
    figure(found.dataSet, ({ seedsPerSecond }) => seedsPerSecond),
    figure(found.dataSet, ({ seedsOneByOnePerSecond }) => seedsOneByOnePerSecond),
    figure(found.dataSetInHalf, ({ seedsPerSecond }) => seedsPerSecond),
    figure(found.dataSet, ({ featuresPerSecond }) => featuresPerSecond),
    halfWorst(found),
    automaticPrecision?.precision ?? '',
  ]);
}

const head = [
  'device',
  'network',
  'an image, full: input thread, none (ms)',
  'half',
  'seeds, full (images a second)',
  'one by one',
  'half',
  'features, full',
  'half from full: LPCAM, CAM',
  '`auto`',
];

/** Every text that says why there is no figure, with the way to it. */
function failures(part: unknown, way: readonly string[]): string[] {
  if (typeof part === 'string') return part.startsWith('failed:') ? [`${way.join(', ')}: ${part}`] : [];
  if (typeof part !== 'object' || part === null) return [];
  return Object.entries(part).flatMap(([name, inner]: [string, unknown]) => failures(inner, [...way, name]));
}

/** What could not be found out, in words. */
function problems(found: readonly DeviceFindings[]): string[] {
  return found.flatMap(({ device, probe, parity, milliseconds, networks }) => [
    ...(probe.usable ? [] : [`${device}: not measured, ${probe.reason}`]),
    ...failures({ parity, milliseconds }, [device]),
    ...networks.flatMap((network) => failures(network, [device, network.network])),
  ]);
}

export function reportTable(found: readonly DeviceFindings[]): string {
  const rows = found.flatMap((device) => device.networks.map((network) => networkRow(device, network)));
  const table = rows.length === 0 ? [] : [line(head), line(head.map(() => '---')), ...rows, ''];
  return [...table, ...problems(found)].join('\n');
}
