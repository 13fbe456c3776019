/** Image-level labels: the published `cls_labels.npy` dialects, JSON, CSV. */
import { fileError } from './fileError';
import { imageIdOf } from './imageList';
import { readLabelTable } from './labelTable';
import { isNpy, readNpyHeader } from './npyHeader';
import { readNpyObject } from './npyObject';
import { isNpz, readNpzDict } from './npz';
import { toFloat32 } from './numericArray';
import { NumpyArray } from './numpyValue';
import { kindOf, PickleTuple, type PickleValue } from './pickleValue';
import { TorchTensor } from './torchValue';

/** Image id -> class indices, ascending, each once. */
export type Labels = Map<string, number[]>;

/**
 * Reads image-level labels, whatever they come as: `cls_labels.npy` (a dict of image id -> one number per class; ids as
 * integers, text, or file names), `.npz` (the same dict, or a member for each image), JSON `{id: [class names]}` (also
 * inside `"labels"`), or CSV (`id,name,name...`, or a header of class names over 0 and 1).
 * @param classes class names in order; needed where labels are names; with it, vectors must have its length
 * @throws InputError when the file is damaged, has no ids, or names a class that is not in `classes`
 */
export function readLabels(
  bytes: Uint8Array | string,
  file: string,
  classes: readonly string[] | null,
): Labels {
  if (typeof bytes !== 'string' && isNpz(bytes)) return readVectors(readNpzDict(bytes, file), file, classes);
  if (typeof bytes !== 'string' && isNpy(bytes)) return readVectors(vectorDict(bytes, file), file, classes);
  const text = (typeof bytes === 'string' ? bytes : new TextDecoder().decode(bytes)).replace(/^\uFEFF/, '');
  if (text.includes('\0'))
    throw fileError(file, 'labels are read from .npy, .npz, JSON or CSV; this is none of them.');
  if (text.trim() === '') throw fileError(file, 'no image has labels: the file is empty.');
  const named = new NamedLabels(file, classes);
  if (/^\s*[{[]/.test(text)) readJson(text, file, named);
  else readLabelTable(text, file, named);
  return named.result;
}

/** Collects labels given by name. */
class NamedLabels {
  readonly result: Labels = new Map();
  private readonly indices: ReadonlyMap<string, number>;

  constructor(
    private readonly file: string,
    classes: readonly string[] | null,
  ) {
    if (classes === null)
      throw fileError(
        file,
        'its labels are names, so the class names must be known: set "classes" in the study.',
      );
    this.indices = new Map(classes.map((name, index) => [name, index]));
  }

  has(name: string): boolean {
    return this.indices.has(name);
  }

  /** @throws InputError naming the image and the class when there is no such class */
  add(entry: string, names: readonly string[]): void {
    const id = imageIdOf(entry);
    const indices = new Set(this.result.get(id));
    for (const name of names) {
      const index = this.indices.get(name);
      if (index === undefined) {
        const known = [...this.indices.keys()].slice(0, 30).join(', ');
        throw fileError(
          this.file,
          `image ${id} has the class "${name}", which is none of the study's (${known}).`,
          id,
        );
      }
      indices.add(index);
    }
    this.result.set(
      id,
      [...indices].sort((a, b) => a - b),
    );
  }
}

function readJson(text: string, file: string, named: NamedLabels): void {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw fileError(
      file,
      `this is no valid JSON (${error instanceof Error ? error.message : String(error)}).`,
    );
  }
  const isObject = (x: unknown): x is object => typeof x === 'object' && x !== null && !Array.isArray(x);
  if (!isObject(value)) throw fileError(file, 'an object {image id: [class names]} is expected.');
  const inner: unknown = Object.hasOwn(value, 'labels') ? (value as { labels: unknown }).labels : value;
  for (const [id, names] of Object.entries(isObject(inner) ? inner : value) as [string, unknown][]) {
    if (!Array.isArray(names) || !names.every((name) => typeof name === 'string'))
      throw fileError(
        file,
        `image ${id} has ${JSON.stringify(names).slice(0, 60)}; a list of class names is expected.`,
        id,
      );
    named.add(id, names);
  }
}

function vectorDict(bytes: Uint8Array, file: string): ReadonlyMap<PickleValue, PickleValue> {
  const { descr, shape } = readNpyHeader(bytes, file);
  if (!/O/.test(descr))
    throw fileError(
      file,
      `it is an array of shape (${shape.join(', ')}) without image ids; a dict {image id: vector}, JSON or CSV is expected.`,
    );
  const dict = readNpyObject(bytes, file);
  if (!(dict instanceof Map))
    throw fileError(file, `it holds ${kindOf(dict)}; a dict {image id: vector} is expected.`);
  return dict;
}

function readVectors(
  dict: ReadonlyMap<PickleValue, PickleValue>,
  file: string,
  classes: readonly string[] | null,
): Labels {
  const labels: Labels = new Map();
  let length = classes?.length ?? null;
  for (const [key, value] of dict) {
    const id = idOf(key, file);
    const vector = vectorOf(value, file, id);
    length ??= vector.length;
    if (vector.length !== length) {
      const expected = classes === null ? 'the others have' : 'the study has';
      throw fileError(
        file,
        `image ${id} has a vector of ${vector.length} classes; ${expected} ${length}.`,
        id,
      );
    }
    labels.set(
      id,
      vector.flatMap((flag, index) => (flag > 0 ? [index] : [])),
    );
  }
  if (labels.size === 0) throw fileError(file, 'no image has labels: the dict is empty.');
  return labels;
}

/** 2007000032 -> `2007_000032` (VOC), 57870 -> `000000057870` (COCO), `x.jpg` -> `x`. */
function idOf(key: PickleValue, file: string): string {
  if (typeof key === 'string') return imageIdOf(key);
  if (typeof key !== 'number' || !Number.isInteger(key) || key < 0)
    throw fileError(file, `its key ${kindOf(key)} is no image id.`);
  const digits = String(key);
  if (/^(19|20)\d{8}$/.test(digits)) return `${digits.slice(0, 4)}_${digits.slice(4)}`;
  return digits.padStart(12, '0');
}

function vectorOf(value: PickleValue, file: string, id: string): number[] {
  if (value instanceof NumpyArray || value instanceof TorchTensor) {
    const numbers = value.numbers();
    if (numbers !== null) return Array.from(toFloat32(numbers));
  }
  const items = value instanceof PickleTuple ? value.items : value;
  if (Array.isArray(items)) {
    const flags = (items as readonly PickleValue[]).map((item) =>
      item === true ? 1 : item === false ? 0 : item,
    );
    if (flags.every((flag): flag is number => typeof flag === 'number')) return flags;
  }
  throw fileError(
    file,
    `image ${id} has ${kindOf(value)}; a vector with one number per class is expected.`,
    id,
  );
}
