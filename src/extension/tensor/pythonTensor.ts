/**
 * The Python that a stopped program is asked to evaluate to give one of its tensors away, and the reading of its
 * answers. Each is one expression, without statements: a debug adapter evaluates nothing else everywhere.
 *
 * The value is evaluated once and held until everything is read, so that a call is not made twice and all chunks
 * belong to the same tensor. Only slices leave the device of a torch tensor.
 */
import * as z from 'zod';

/** A tensor as the stopped program describes it. */
export interface PythonTensor {
  readonly library: 'numpy' | 'torch';
  /** As Python prints it, such as `torch.bfloat16`. */
  readonly dtype: string;
  /** Where a torch tensor lies, such as `cuda:0`; null of a NumPy array. */
  readonly device: string | null;
  readonly shape: readonly number[];
  /** The start of the `.npy` file that its values make, values little-endian and row-major. */
  readonly header: Uint8Array;
  readonly bytesPerValue: number;
}

export type Described =
  { readonly ok: true; readonly tensor: PythonTensor } | { readonly ok: false; readonly reason: string };

/** The most that is brought over: a 1,000 x 1,000 map of each of 60 classes in single precision. */
const mostBytes = 256 * 2 ** 20;

const holder = '_lpcam_held';

/** Holds the expression's value under a name of ours, outside the program's own variables. */
export function holdExpression(id: string, expression: string): string {
  return `__import__('sys').__dict__.setdefault('${holder}', {}).__setitem__('${id}', (${expression}\n))`;
}

export function releaseExpression(id: string): string {
  return `__import__('sys').__dict__.get('${holder}', {}).pop('${id}', None) and None`;
}

function held(id: string): string {
  return `__import__('sys').__dict__['${holder}']['${id}']`;
}

/** Applies a function of the held value `v` and the modules that may be loaded; gives Base64 of its bytes. */
function asked(id: string, body: string): string {
  return `(lambda v, modules: __import__('base64').b64encode(${body}).decode('ascii'))(${held(id)}, __import__('sys').modules)`;
}

const isTorch = `('torch' in modules and isinstance(v, modules['torch'].Tensor))`;
const isNumpy = `('numpy' in modules and isinstance(v, modules['numpy'].ndarray))`;
/** What a torch tensor becomes in NumPy: itself, but bfloat16, which NumPy lacks, in single precision. */
const asNumpy = (tensor: string) =>
  `(lambda t: t.float() if t.dtype == modules['torch'].bfloat16 else t)(${tensor}).cpu().numpy()`;

export function describeExpression(id: string): string {
  const empty = `(${asNumpy('v.detach().reshape(-1)[:0]')} if ${isTorch} else v.reshape(-1)[:0])`;
  const header = (dtype: string) =>
    `(lambda file, dtype: (__import__('numpy').lib.format.write_array_header_1_0(file, ` +
    `{'descr': dtype.str, 'fortran_order': False, 'shape': tuple(int(side) for axis, side in enumerate(v.shape) if side != 1 or axis >= v.ndim - 3)}), ` +
    `{'bytesPerValue': dtype.itemsize, 'header': __import__('base64').b64encode(file.getvalue()).decode('ascii')})[1])` +
    `(__import__('io').BytesIO(), ${dtype}.newbyteorder('<'))`;
  const facts =
    `dict({'library': 'torch' if ${isTorch} else 'numpy', 'dtype': str(v.dtype), ` +
    `'device': str(v.device) if ${isTorch} else None, 'shape': [int(side) for side in v.shape]}, ` +
    `**(lambda a: ${header('a.dtype')} if a.dtype.kind in 'biuf' else {})(${empty}))`;
  const type = `{'type': type(v).__module__ + '.' + type(v).__qualname__}`;
  return asked(
    id,
    `__import__('json').dumps(${facts} if ${isTorch} or ${isNumpy} else ${type}).encode('ascii')`,
  );
}

/** @param from the first value in row-major order, and `to` the one behind the last */
export function chunkExpression(id: string, from: number, to: number): string {
  const torch = asNumpy(`v.detach().reshape(-1)[${from}:${to}]`);
  const numpy = `(lambda a: a.astype(a.dtype.newbyteorder('<')))(v.flat[${from}:${to}])`;
  return asked(id, `(${torch} if ${isTorch} else ${numpy}).tobytes()`);
}

/** Texts among the variables of the frame, which may name the image that the tensor was made of. */
export const frameTextsExpression =
  `(lambda values: __import__('base64').b64encode(__import__('json').dumps(` +
  `[t for t in (v[0] if isinstance(v, (list, tuple)) and len(v) == 1 else v for v in values) ` +
  `if isinstance(t, str) and 0 < len(t) <= 400][:200]).encode('ascii')).decode('ascii'))(list(locals().values()))`;

/**
 * The bytes of an answer, which the adapter gives as Python writes a string or as the string itself.
 * @returns null when it is not whole: adapters cut long answers
 */
export function answerBytes(answer: string): Uint8Array | null {
  const text = /^(['"]?)([A-Za-z0-9+/]*={0,2})\1$/.exec(answer)?.[2];
  return text === undefined || text.length % 4 !== 0 ? null : Uint8Array.from(Buffer.from(text, 'base64'));
}

const typeSchema = z.object({ type: z.string() });
const factsSchema = z.object({
  library: z.enum(['numpy', 'torch']),
  dtype: z.string(),
  device: z.string().nullable(),
  shape: z.array(z.number().int().nonnegative()),
  header: z.string().optional(),
  bytesPerValue: z.number().int().positive().optional(),
});

/** @param expression as the person wrote it, for messages */
export function readDescription(bytes: Uint8Array, expression: string): Described {
  const refuse = (reason: string): Described => ({ ok: false, reason });
  const json: unknown = JSON.parse(Buffer.from(bytes).toString('ascii'));
  const other = typeSchema.safeParse(json);
  if (other.success)
    return refuse(`${expression} is a ${other.data.type}. A NumPy array or a torch tensor can be viewed.`);
  const { header, bytesPerValue, ...facts } = factsSchema.parse(json);
  const shape = `(${facts.shape.join(', ')})`;
  if (header === undefined || bytesPerValue === undefined)
    return refuse(`${expression} holds ${facts.dtype} values; real numbers or truth values can be viewed.`);
  const sides = facts.shape.filter((side, axis) => side !== 1 || axis >= facts.shape.length - 3);
  if (facts.shape.length < 2 || sides.length > 3)
    return refuse(
      `${expression} has the shape ${shape}. Two axes (height, width) or three (maps, height, width) can be viewed` +
        (sides.length > 3 ? `: try ${expression}[0].` : '.'),
    );
  const count = facts.shape.reduce((product, side) => product * side, 1);
  if (count === 0) return refuse(`${expression} is empty: its shape is ${shape}.`);
  if (count * bytesPerValue > mostBytes)
    return refuse(
      `${expression} of shape ${shape} takes ${Math.ceil((count * bytesPerValue) / 2 ** 20)} MB, more than the ` +
        `${mostBytes / 2 ** 20} MB that are brought over. View a part of it, such as ${expression}[0].`,
    );
  return {
    ok: true,
    tensor: { ...facts, header: Uint8Array.from(Buffer.from(header, 'base64')), bytesPerValue },
  };
}

/** @returns null when the answer is not ours */
export function readFrameTexts(bytes: Uint8Array): readonly string[] | null {
  const parsed = z.array(z.string()).safeParse(JSON.parse(Buffer.from(bytes).toString('ascii')));
  return parsed.success ? parsed.data : null;
}

export function valueCount({ shape }: PythonTensor): number {
  return shape.reduce((product, side) => product * side, 1);
}
