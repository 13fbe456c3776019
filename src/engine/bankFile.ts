/** Prototype banks on disk: ours, one safetensors file, and the published pair of files (read only). */
import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import * as z from 'zod';
import { readPublishedBank } from '../formats/publishedBank';
import { toFloat32 } from '../formats/numericArray';
import type { NumericArray } from '../formats/numericArray';
import { FileSource } from '../formats/rangeSource';
import {
  isSafetensors,
  readSafetensors,
  readSafetensorsHeader,
  writeSafetensors,
} from '../formats/safetensors';
import { isClusterFile, readClusterFolder } from './clusterFolder';
import { marks, type PrototypeBank } from '../lpcam/bank';
import { InputError } from '../lpcam/inputError';
import { patchSchema } from '../protocol/explanation';
import { clusteringSchema } from '../protocol/settings';

/** How a bank's file names itself in its metadata. */
export const bankFormat = 'lpcam-lens prototype bank';
const version = 1;
const centreSet = z.enum(['foreground', 'background']);

/** Everything of a bank but the two tensors, `centres` [M, C] and `scores` [M, N]. */
const headerSchema = z.object({
  version: z.literal(version),
  classes: z.array(z.string()).min(1),
  alreadyGated: z.boolean(),
  centres: z.array(
    z.object({
      classIndex: z.int().min(0),
      set: centreSet,
      size: z.int().min(0),
      // Banks from before these fields open without them.
      spread: z.number().min(0).max(2).nullable().default(null),
      mark: z.enum(marks).nullable().default(null),
      patches: z.array(patchSchema),
    }),
  ),
  traces: z.array(
    z.object({
      classIndex: z.int().min(0),
      set: centreSet,
      rows: z.int().min(0),
      k: z.int().min(0),
      initialRows: z.array(z.int()),
      summedShift: z.array(z.number()),
      settled: z.boolean(),
      reseeded: z.array(z.int()),
    }),
  ),
  provenance: z.object({
    checkpointHash: z.string().nullable(),
    checkpoint: z.string().nullable(),
    clustering: clusteringSchema.nullable(),
    inference: z.object({ scales: z.array(z.number()), mirror: z.boolean() }).nullable(),
    device: z.string().nullable(),
    writer: z.string(),
    created: z.string().nullable(),
    identity: z.string().optional(),
    scoring: z.string().optional(),
  }),
});

/** A bank as the bytes of its file. */
export function encodeBank(bank: PrototypeBank): Uint8Array {
  const { classes, channels, centres } = bank;
  const vectors = new Float32Array(centres.length * channels);
  // Published banks do not hold scores.
  const scored = centres.every((centre) => centre.scores.length === classes.length) ? classes.length : 0;
  const scores = new Float32Array(centres.length * scored);
  centres.forEach((centre, place) => {
    vectors.set(centre.vector, place * channels);
    if (scored > 0) scores.set(centre.scores, place * scored);
  });
  const header: z.input<typeof headerSchema> = {
    version,
    classes: [...classes],
    alreadyGated: bank.alreadyGated,
    centres: centres.map(({ classIndex, set, size, spread, mark, patches }) => ({
      classIndex,
      set,
      size,
      spread,
      mark,
      patches: [...patches],
    })),
    traces: bank.traces.map((trace) => ({
      ...trace,
      initialRows: [...trace.initialRows],
      summedShift: [...trace.summedShift],
      reseeded: [...trace.reseeded],
    })),
    provenance: {
      ...bank.provenance,
      inference: bank.provenance.inference && {
        ...bank.provenance.inference,
        scales: [...bank.provenance.inference.scales],
      },
    },
  };
  return writeSafetensors(
    new Map<string, NumericArray>([
      ['centres', { dtype: 'float32', shape: [centres.length, channels], data: vectors }],
      ['scores', { dtype: 'float32', shape: [centres.length, scored], data: scores }],
    ]),
    { format: bankFormat, bank: JSON.stringify(header) },
  );
}

function refusal(file: string, what: string): InputError {
  return new InputError(
    `${file}: not a prototype bank that can be used: ${what}. Cluster the study again to make one.`,
    {
      file,
    },
  );
}

function headerOf(metadata: Readonly<Record<string, string>>, file: string): z.output<typeof headerSchema> {
  if (metadata['format'] !== bankFormat) throw refusal(file, 'it is a safetensors file of something else');
  let parsed: unknown;
  try {
    parsed = JSON.parse(metadata['bank'] ?? '');
  } catch {
    throw refusal(file, 'its description is no JSON');
  }
  const stated = z.object({ version: z.int() }).safeParse(parsed);
  if (stated.success && stated.data.version > version)
    throw refusal(file, `a newer version of this program wrote it (bank version ${stated.data.version})`);
  const header = headerSchema.safeParse(parsed);
  if (!header.success) throw refusal(file, z.prettifyError(header.error).split('\n').slice(0, 2).join(' '));
  return header.data;
}

/** A tensor [rows, any] of finite floats. */
function matrix(
  array: NumericArray | undefined,
  name: string,
  rows: number,
  file: string,
): { columns: number; values: Float32Array } {
  const [height, columns] = array?.shape ?? [];
  if (
    !array ||
    array.dtype !== 'float32' ||
    array.shape.length !== 2 ||
    height !== rows ||
    columns === undefined
  )
    throw refusal(file, `tensor '${name}' should be float32 [${rows}, ...]`);
  const values = toFloat32(array);
  if (!values.every(Number.isFinite))
    throw refusal(file, `tensor '${name}' holds numbers that are not finite`);
  return { columns, values };
}

/**
 * Reads the bytes of one of our bank files.
 * @throws InputError when they are not one
 */
export function decodeBank(bytes: Uint8Array, file: string): PrototypeBank {
  const { tensors, metadata } = readSafetensors(bytes, file);
  const header = headerOf(metadata, file);
  const { classes } = header;
  const count = header.centres.length;
  const vectors = matrix(tensors.get('centres'), 'centres', count, file);
  const scores = matrix(tensors.get('scores'), 'scores', count, file);
  if (scores.columns !== classes.length && scores.columns !== 0)
    throw refusal(file, `tensor 'scores' has ${scores.columns} columns for ${classes.length} classes`);
  for (const { classIndex } of [...header.centres, ...header.traces])
    if (classIndex >= classes.length)
      throw refusal(file, `it has a centre of class ${classIndex}, of ${classes.length}`);
  const row = ({ values, columns }: typeof vectors, place: number) =>
    values.slice(place * columns, (place + 1) * columns);
  return {
    classes,
    channels: vectors.columns,
    alreadyGated: header.alreadyGated,
    centres: header.centres.map((centre, place) => ({
      ...centre,
      vector: row(vectors, place),
      scores: row(scores, place),
    })),
    traces: header.traces,
    provenance: header.provenance,
  };
}

/** Whether a path is a file of ours with a bank, by its header alone. */
export function isBankFile(path: string): boolean {
  if (!path.endsWith('.safetensors')) return false;
  try {
    using source = new FileSource(path);
    return isSafetensors(source) && readSafetensorsHeader(source, path).metadata['format'] === bankFormat;
  } catch {
    // What is wrong with it is said by whoever opens it as what it should be.
    return false;
  }
}

async function bytesOf(path: string, advice: string): Promise<Uint8Array> {
  return readFile(path).catch((error: unknown) => {
    const reason =
      (error as NodeJS.ErrnoException).code === 'ENOENT'
        ? 'does not exist'
        : `cannot be read (${String(error)})`;
    throw new InputError(`The prototype bank ${path} ${reason}. ${advice}`, { file: path });
  });
}

/** The other file of the published pair, beside the one named. */
function publishedPair(path: string): { classCentres: string; context: string } {
  const folder = dirname(path);
  const context = join(folder, 'class_context.pt');
  // The published code spells it so; people mend the spelling when they copy it.
  if (basename(path) === 'class_context.pt')
    return { classCentres: join(folder, 'class_ceneters.pt'), context };
  return { classCentres: path, context };
}

/**
 * Reads a prototype bank: our safetensors file; the published `class_ceneters.pt` with `class_context.pt` beside it; or
 * all `cluster_centers*_N.pt` of a folder, any of which stands for it.
 * @param classNames class names in the order of the classifier's outputs; the published files do not hold them
 * @throws InputError when the file is missing or no bank
 */
export async function readBank(path: string, classNames: readonly string[]): Promise<PrototypeBank> {
  if (!/\.(pt|pth)$/i.test(path)) {
    const bank = decodeBank(await bytesOf(path, 'Cluster the study to make it.'), path);
    const { provenance } = bank;
    if (provenance.created !== null || provenance.identity === undefined) return bank;
    // Equal clusterings are equal bytes, so only the file tells when.
    const created = (await stat(path)).mtime.toISOString();
    return { ...bank, provenance: { ...provenance, created } };
  }
  if (isClusterFile(path)) return readClusterFolder(path, classNames);
  const files = publishedPair(path);
  const centres = await bytesOf(files.classCentres, 'Name the published class_ceneters.pt.');
  const context = await bytesOf(
    files.context,
    'The published class prototypes come with class_context.pt: put it into the same folder.',
  );
  return readPublishedBank(centres, context, files, classNames);
}

/** Writes a bank so that only all of it or nothing of it is ever there, also after a power cut. */
export async function writeBank(path: string, bank: PrototypeBank): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const beside = `${path}.${randomBytes(4).toString('hex')}.part`;
  try {
    const handle = await open(beside, 'wx');
    try {
      await handle.writeFile(encodeBank(bank));
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}
