/** Hyper-parameters in YAML: keys of any depth with a number, or a list of numbers. */
import { isScalar, isSeq, parseAllDocuments, visit, type Node, type Pair } from 'yaml';
import type { HyperParameter } from './hyperParameter';
import { parseNumber, parseText } from './literal';

/** Settings are small; what is larger holds data, and is not worth a second of everybody's time. */
export const mostYaml = 1_000_000;

function valueOf(node: unknown): number | readonly number[] | null {
  if (isScalar(node)) {
    if (typeof node.value === 'number') return Number.isFinite(node.value) ? node.value : null;
    return typeof node.value === 'string' ? (parseNumber(node.value) ?? parseText(node.value)) : null;
  }
  if (!isSeq(node)) return null;
  const values = node.items.map(valueOf);
  const numbers = values.filter((value) => typeof value === 'number');
  return numbers.length > 0 && numbers.length === values.length ? numbers : null;
}

function parameterOf({ key, value }: Pair, text: string, names: ReadonlySet<string>): HyperParameter | null {
  if (!isScalar(key) || typeof key.value !== 'string') return null;
  const name = key.value.replaceAll('-', '_');
  if (!names.has(name)) return null;
  const [at] = key.range ?? [];
  const [start, end] = (value as Node | null)?.range ?? [];
  const number = valueOf(value);
  if (at === undefined || start === undefined || end === undefined || number === null) return null;
  return { name, form: 'key', at, start, end, text: text.slice(start, end), value: number };
}

/** @returns in the order of the text; what cannot be read is passed over */
export function yamlParameters(text: string, names: readonly string[]): HyperParameter[] {
  const known = new Set(names);
  if (
    text.length > mostYaml ||
    !names.some((name) => text.includes(name) || text.includes(name.replaceAll('_', '-')))
  )
    return [];
  const found: HyperParameter[] = [];
  // Aliases are not followed: a few lines of them can stand for a billion values.
  for (const document of parseAllDocuments(text, { logLevel: 'silent', uniqueKeys: false })) {
    visit(document, {
      Pair: (_, pair) => {
        const parameter = parameterOf(pair, text, known);
        if (parameter !== null) found.push(parameter);
      },
    });
  }
  return found.sort((one, other) => one.at - other.at);
}
