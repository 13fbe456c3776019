/** The weights inside whatever a training script saved. */
import { fileError } from '../../formats/fileError';
import { kindOf, PickleTuple, type PickleValue } from '../../formats/pickleValue';
import { TorchTensor } from '../../formats/torchValue';
import type { StateTensor } from './stateDict';

/** Keys under which training scripts keep the weights, the likeliest first. */
const wrappers = ['state_dict', 'model', 'net', 'model_state_dict', 'network', 'model_ema', 'weights'];

/** What DataParallel, torch.compile and wrapping modules put before every key. */
const prefixes = ['module.', '_orig_mod.', 'model.', 'net.', 'network.'];

/** Wrappers inside wrappers: real files have two at most. */
const deepest = 4;

/** A view that repeats its storage (`expand`) is small in the file and may be of any size in memory. */
function readable(tensor: TorchTensor, key: string, file: string): StateTensor {
  const count = tensor.shape.reduce((product, side) => product * side, 1);
  if (count <= tensor.storage.elements) return tensor;
  const { shape, dtype } = tensor;
  const numbers = (): never => {
    throw fileError(
      file,
      `tensor '${key.slice(0, 80)}' [${shape.join(', ')}] repeats its ${tensor.storage.elements} numbers. ` +
        'Save it with .clone() or .contiguous().',
      key,
    );
  };
  return { shape, dtype, numbers };
}

function tensorsIn(dict: ReadonlyMap<PickleValue, PickleValue>, file: string): Map<string, StateTensor> {
  const tensors = new Map<string, StateTensor>();
  for (const [key, value] of dict)
    if (typeof key === 'string' && value instanceof TorchTensor) tensors.set(key, readable(value, key, file));
  return tensors;
}

function listed(keys: readonly string[]): string {
  const shown = keys.slice(0, 6).map((key) => `"${key.slice(0, 60)}"`);
  return shown.join(', ') + (keys.length > shown.length ? `, and ${keys.length - shown.length} more` : '');
}

const advice = 'Save the weights with torch.save(model.state_dict(), "weights.pth").';

/**
 * The tensors by key of what was saved: a state dict, or one inside a dict, list or tuple.
 * @throws InputError when there is none, or several of which none is the likely one
 */
export function unwrapped(value: PickleValue, file: string, depth = 0): Map<string, StateTensor> {
  if (value instanceof TorchTensor)
    throw fileError(file, `it holds one tensor [${value.shape.join(', ')}], no state dict. ${advice}`);
  const items = value instanceof PickleTuple ? value.items : Array.isArray(value) ? value : null;
  const inner = items?.find((item) => item instanceof Map);
  if (inner !== undefined && depth < deepest) return unwrapped(inner, file, depth + 1);
  if (!(value instanceof Map)) throw fileError(file, `it holds ${kindOf(value)}, no state dict. ${advice}`);

  const tensors = tensorsIn(value, file);
  const maps = [...value].filter((entry): entry is [string, Map<PickleValue, PickleValue>] => {
    const [key, child] = entry;
    return typeof key === 'string' && child instanceof Map && child.size > 0;
  });
  // Beside a wrapped state dict there may be single tensors (a best score, an epoch).
  const named = wrappers.flatMap((name) => maps.filter(([key]) => key === name));
  if ((tensors.size > 0 && named.length === 0) || depth >= deepest) return nonEmpty(tensors, value, file);
  const holding = maps.filter(([, child]) => tensorsIn(child, file).size > 0);
  const [first] = named.length > 0 ? named : holding;
  if (first === undefined) return nonEmpty(tensors, value, file);
  if (named.length === 0 && holding.length > 1)
    throw fileError(
      file,
      `it holds several state dicts (${listed(holding.map(([key]) => key))}), and none is called "state_dict" or ` +
        `"model". Save one of them: torch.save(checkpoint["${(holding[0]?.[0] ?? '').slice(0, 60)}"], "weights.pth").`,
    );
  return unwrapped(first[1], file, depth + 1);
}

function nonEmpty(
  tensors: Map<string, StateTensor>,
  value: ReadonlyMap<PickleValue, PickleValue>,
  file: string,
): Map<string, StateTensor> {
  if (tensors.size > 0) return tensors;
  const keys = [...value.keys()].map((key) => (typeof key === 'string' ? key : kindOf(key)));
  throw fileError(
    file,
    `no tensors by name in it (its entries: ${keys.length === 0 ? 'none' : listed(keys)}). ${advice}`,
  );
}

/** Without the prefixes of wrapping modules that all keys share. */
export function withoutPrefix(tensors: Map<string, StateTensor>): Map<string, StateTensor> {
  const keys = [...tensors.keys()];
  const prefix = prefixes.find((candidate) => keys.every((key) => key.startsWith(candidate)));
  if (prefix === undefined) return tensors;
  return withoutPrefix(new Map([...tensors].map(([key, tensor]) => [key.slice(prefix.length), tensor])));
}
