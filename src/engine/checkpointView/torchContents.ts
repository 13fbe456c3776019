/** The contents of a file of torch.save: every tensor at any depth by its path, and the plain values beside them. */
import type { DType } from '../../formats/numericArray';
import { kindOf, PickleStub, PickleTuple, type PickleValue } from '../../formats/pickleValue';
import type { RangeSource } from '../../formats/rangeSource';
import { readTorchFile } from '../../formats/torchFile';
import { TorchTensor } from '../../formats/torchValue';
import { isZip, readZipDirectory } from '../../formats/zipDirectory';
import { InputError } from '../../lpcam/inputError';
import { stateDictIn } from '../../network/stateDict/readStateDict';
import { roleOf, type Contents, type HeldTensor } from './contents';

/** Real files nest optimizer states four deep. */
const deepest = 12;
/** Containers that are looked into: an optimizer has a few per parameter. */
const mostContainers = 200_000;
const mostFacts = 60;
const longestFact = 200;

class Listing {
  readonly tensors = new Map<string, TorchTensor>();
  readonly facts: { label: string; value: string }[] = [];
  readonly #seen = new Set<PickleValue>();

  take(value: PickleValue, path: string, depth: number): void {
    if (value instanceof TorchTensor) this.tensors.set(this.#free(path), value);
    else if (value instanceof Map) this.#each(value, [...value], path, depth);
    else if (Array.isArray(value)) this.#each(value, [...value.entries()], path, depth);
    else if (value instanceof PickleTuple) this.#each(value, [...value.items.entries()], path, depth);
    else if (value instanceof PickleStub) this.take(value.state, path, depth + 1);
    else this.#fact(value, path);
  }

  /** A container is looked into once, however often it is referred to. */
  #each(
    container: PickleValue,
    entries: readonly (readonly [PickleValue, PickleValue])[],
    path: string,
    depth: number,
  ): void {
    if (depth > deepest || this.#seen.has(container) || this.#seen.size >= mostContainers) return;
    this.#seen.add(container);
    for (const [key, child] of entries) {
      const name = typeof key === 'string' || typeof key === 'number' ? String(key) : kindOf(key);
      this.take(child, path === '' ? name : `${path}.${name}`, depth + 1);
    }
  }

  /** Keys may hold dots, so that two paths can read the same. */
  #free(path: string): string {
    let name = path;
    for (let copy = 2; this.tensors.has(name); copy++) name = `${path} (${copy})`;
    return name;
  }

  #fact(value: PickleValue, label: string): void {
    if (label === '' || this.facts.length >= mostFacts || value instanceof Uint8Array) return;
    const plain = typeof value === 'object' && value !== null ? kindOf(value) : String(value ?? 'None');
    this.facts.push({ label: label.slice(0, longestFact), value: plain.slice(0, longestFact) });
  }
}

function held(name: string, tensor: TorchTensor, role: HeldTensor['role']): HeldTensor {
  const dtype: DType = tensor.dtype;
  return {
    name,
    dtype,
    dtypeName: dtype,
    shape: tensor.shape,
    role,
    place: tensor.place,
    problem: null,
    slices: (most) => tensor.slices(most),
  };
}

/** PyTorch writes no version of its own; what it puts into the zip changed over time. */
function writerOf(source: RangeSource, file: string): string {
  if (!isZip(source)) return 'PyTorch before 1.6, or a newer one asked for the old format';
  const names = [...readZipDirectory(source, file).keys()];
  return names.some((name) => name.endsWith('/byteorder')) ? 'PyTorch 2.1 or newer' : 'PyTorch 1.6 to 2.0';
}

/** @throws InputError when the file is damaged or asks for what is not harmless */
export function torchContents(source: RangeSource, file: string): Contents {
  const value = readTorchFile(source, file);
  const listing = new Listing();
  listing.take(value, '', 0);
  const network = networkTensors(value, file);
  return {
    format: 'torch',
    formatName: isZip(source) ? 'PyTorch (zip)' : 'PyTorch (legacy)',
    writer: writerOf(source, file),
    facts: listing.facts,
    tensors: [...listing.tensors].map(([name, tensor]) =>
      held(
        name === '' ? '(tensor)' : name,
        tensor,
        network === null || network.has(tensor) ? roleOf(name, tensor.dtype) : 'buffer',
      ),
    ),
    dataFiles: [],
    other: publishedPrototypes(value)
      ? 'This is a dict of arrays by class number, as the published LPCAM code saves prototypes (class_ceneters.pt, ' +
        'class_context.pt). Name it as "bank" in lpcam.json to see maps with it.'
      : null,
    stateDict: () => stateDictIn(value, file),
  };
}

/** Class number -> [k, C]: nothing else of the field is saved like that. */
function publishedPrototypes(value: PickleValue): boolean {
  if (!(value instanceof Map) || value.size === 0) return false;
  return [...value].every(
    ([key, tensor]) => typeof key === 'number' && tensor instanceof TorchTensor && tensor.shape.length === 2,
  );
}

/** The tensors of the network among what else was saved (an optimizer, say); null: nothing tells. */
function networkTensors(value: PickleValue, file: string): ReadonlySet<unknown> | null {
  try {
    return new Set(stateDictIn(value, file).tensors.values());
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return null;
  }
}
