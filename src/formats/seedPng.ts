/** Seeds as PNG: label maps (palette or plain grey), and the soft saliency maps that EDAM and others join them with. */
import { ignored } from '../lpcam/metrics';
import { fileError } from './fileError';
import { readPng, type PngPixels } from './png';
import type { LabelSeed, SaliencySeed, SeedField, SeedHint } from './seed';
import { labelSeed } from './seedLabels';

/** A picture shows a few of its data set's classes; a soft map has most of the 256 values. */
const mostDistinct = 40;

/** Reads a PNG. @throws InputError when it is damaged, or a picture in colours */
export function readSeedPng(bytes: Uint8Array, file: string, hint: SeedHint): LabelSeed | SaliencySeed {
  const png = readPng(bytes, file, () => undefined);
  const { width, height, depth, channels, colour } = png;
  const dtype = png.data instanceof Uint16Array ? 'uint16' : 'uint8';
  const shape = channels === 1 ? [height, width] : [height, width, channels];
  const fields: SeedField[] = [{ name: '', dtype, shape, holder: 'pixels' }];
  const { values, assumption } = oneChannel(png, file);
  const full = depth === 16 && values.some((value) => value > 255) ? 65535 : depth === 1 ? 1 : 255;
  const known = colour === 'palette' ? 'labels' : colour === 'grey' ? null : 'saliency';
  const [guess, why] = known === null && full !== 65535 ? guessed(values, hint) : [known ?? 'saliency', null];
  const common = { dialect: 'png', width, height, fields, assumption: assumption ?? why } as const;
  if ((hint.readAs ?? guess) === 'labels') return labelSeed(values, common, file);
  const map = { width, height, data: Float32Array.from(values) };
  return { ...common, kind: 'saliency', map, full: colour === 'palette' ? 255 : full };
}

interface Channel {
  readonly values: Uint8Array | Uint16Array;
  readonly assumption: string | null;
}

/** Saliency networks save their grey maps as RGB, too; whatever has colours is a picture. */
function oneChannel({ data, channels, colour }: PngPixels, file: string): Channel {
  if (channels === 1) return { values: data, assumption: null };
  const count = data.length / channels;
  const values = data instanceof Uint16Array ? new Uint16Array(count) : new Uint8Array(count);
  const shades = channels >= 3 ? 3 : 1;
  for (let i = 0; i < count; i++) {
    const first = data[i * channels] as number;
    for (let c = 1; c < shades; c++)
      if (data[i * channels + c] !== first)
        throw fileError(
          file,
          'it holds colours (RGB); labels are class ids, as a palette or grey PNG of 8 bits, and saliency is grey. Convert it first.',
        );
    values[i] = first;
  }
  return {
    values,
    assumption: `Its ${colour === 'grey and alpha' ? 'grey' : 'three equal channels'} are read as one soft map.`,
  };
}

/** Whether plain grey values are labels or a soft map: by the study's classes, and else by how many there are. */
function guessed(
  values: Uint8Array | Uint16Array,
  { classes }: SeedHint,
): ['labels' | 'saliency', string | null] {
  const seen = new Set<number>();
  for (const value of values) seen.add(value);
  const soft = 'Its grey values are read as a soft map';
  if (seen.size === 2 && seen.has(0) && seen.has(255))
    return ['saliency', `${soft}: there are only 0 and 255. They could also be background and ignored.`];
  if (classes !== null) {
    const beyond = [...seen].find((value) => value > classes && value !== ignored);
    return beyond === undefined
      ? ['labels', null]
      : ['saliency', `${soft}: ${beyond} is no label of the study’s ${classes} classes.`];
  }
  return seen.size <= mostDistinct
    ? ['labels', null]
    : ['saliency', `${soft}: there are ${seen.size} different ones.`];
}
