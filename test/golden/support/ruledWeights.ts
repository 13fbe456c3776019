/** Weights, inputs and state dicts that follow a rule, so that a reference need not carry them (shared/golden/README.md). */
import { toFloat32, type NumericArray } from '../../../src/formats/numericArray';
import type { StateDict, StateTensor } from '../../../src/network/stateDict/stateDict';

export type Rule = 'fan' | 'gain' | 'bias' | 'var' | 'zero';

/** `count` numbers in [-1, 1) of tensor number `k`. */
function ruledNumbers(k: number, count: number, of: (u: number) => number): Float32Array<ArrayBuffer> {
  const values = new Float32Array(count);
  const start = Math.imul(k, 40503);
  for (let i = 0; i < count; i++) {
    let h = (Math.imul(i, 2654435761) + start) >>> 0;
    h ^= h >>> 16;
    h = Math.imul(h, 0x85ebca6b);
    h ^= h >>> 13;
    h = Math.imul(h, 0xc2b2ae35);
    h ^= h >>> 16;
    values[i] = of((h >>> 0) / 2 ** 31 - 1);
  }
  return values;
}

export interface RuledParameter {
  readonly key: string;
  readonly shape: readonly number[];
  readonly index?: number;
  readonly rule?: Rule;
  readonly alias?: string;
}

function valueBy(rule: Rule, shape: readonly number[]): (u: number) => number {
  const scale = Math.sqrt(3 / shape.slice(1).reduce((a, b) => a * b, 1));
  const rules: Record<Rule, (u: number) => number> = {
    fan: (u) => u * scale,
    gain: (u) => 1 + 0.1 * u,
    bias: (u) => 0.1 * u,
    var: (u) => 1 + 0.5 * u,
    zero: () => 0,
  };
  return rules[rule];
}

const rules: readonly string[] = ['fan', 'gain', 'bias', 'var', 'zero'] satisfies Rule[];

function isRule(text: string | undefined): text is Rule {
  return text !== undefined && rules.includes(text);
}

/** Parameters from lines `key rule AxBxC`, or `key norm C` for the five tensors of a batch normalisation. */
export function parametersOf(lines: readonly string[]): RuledParameter[] {
  const parameters: RuledParameter[] = [];
  const add = (key: string, rule: Rule, shape: readonly number[]) =>
    parameters.push({ key, rule, shape, index: parameters.length });
  for (const line of lines) {
    const [key = '', rule, sides = ''] = line.split(' ');
    const shape = sides === '' ? [] : sides.split('x').map(Number);
    if (isRule(rule)) add(key, rule, shape);
    else {
      add(`${key}.weight`, 'gain', shape);
      add(`${key}.bias`, 'bias', shape);
      add(`${key}.running_mean`, 'bias', shape);
      add(`${key}.running_var`, 'var', shape);
      add(`${key}.num_batches_tracked`, 'zero', []);
    }
  }
  return parameters;
}

/** A state dict whose numbers are made when asked for. */
export function ruledStateDict(parameters: readonly RuledParameter[], file: string): StateDict {
  const tensors = new Map<string, StateTensor>();
  for (const { key, shape, index = 0, rule = 'zero', alias } of parameters) {
    const original = alias === undefined ? undefined : tensors.get(alias);
    const numbers = (): NumericArray => {
      const count = shape.reduce((a, b) => a * b, 1);
      return { dtype: 'float32', shape, data: ruledNumbers(index, count, valueBy(rule, shape)) };
    };
    tensors.set(key, original ?? { shape, dtype: 'float32', numbers });
  }
  return { file, tensors };
}

/** The reference's input, [1, 3, H, W]. */
export function ruledInput(shape: readonly number[]): Float32Array {
  return ruledNumbers(
    1_000_000,
    shape.reduce((a, b) => a * b, 1),
    (u) => 1.5 * u,
  );
}

/** The largest difference, as a part of the largest expected number. */
export function relativeDifference(found: ArrayLike<number>, expected: NumericArray): number {
  const wanted = toFloat32(expected);
  if (found.length !== wanted.length) throw new Error(`${found.length} numbers for ${wanted.length}`);
  let largest = 0;
  let most = 0;
  for (const [i, value] of wanted.entries()) {
    const difference = Math.abs(value - (found[i] ?? NaN));
    if (!(difference <= largest)) largest = difference;
    most = Math.max(most, Math.abs(value));
  }
  return largest / most;
}
