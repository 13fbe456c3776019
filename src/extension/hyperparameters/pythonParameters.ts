/**
 * Hyper-parameters in Python. Names are looked for in the text, which is fast however large it is; what stands there is
 * decided by the syntax tree.
 */
import type { Node, Tree } from 'web-tree-sitter';
import { occurrences, type HyperParameter, type HyperParameterForm } from './hyperParameter';
import { parseNumber, parseText } from './literal';

/** Calls that declare an argument by its name and have its value in `default`. */
const declaring = new Set(['add_argument', 'option', 'Option', 'argument', 'Argument']);
/** Calls that have the name first and the value second. */
const naming = new Set(['get', 'setdefault', 'pop', 'setattr', 'getattr']);
/** Calls that stand for their default in a class of fields. */
const fields = new Set(['field', 'Field']);

interface Place {
  readonly form: HyperParameterForm;
  readonly value: Node;
}

const same = (one: Node | null, other: Node | null): boolean =>
  one !== null && other !== null && one.id === other.id;

/** The last name of what is called: `parser.add_argument` -> `add_argument`. */
function calledName(call: Node): string {
  const called = call.childForFieldName('function');
  const last = called?.type === 'attribute' ? called.childForFieldName('attribute') : called;
  return last?.text ?? '';
}

function keyword(call: Node, name: string): Node | null {
  const found = call
    .childForFieldName('arguments')
    ?.namedChildren.find(
      (one) => one.type === 'keyword_argument' && one.childForFieldName('name')?.text === name,
    );
  return found?.childForFieldName('value') ?? null;
}

/** What `field(default=0.1)` stands for; anything else stands for itself. */
function meant(value: Node): Node | null {
  if (value.type === 'parenthesized_expression') {
    const [inner] = value.namedChildren;
    return inner === undefined ? null : meant(inner);
  }
  if (value.type !== 'call') return value;
  if (!fields.has(calledName(value))) return null;
  const first = value.childForFieldName('arguments')?.namedChildren[0];
  return keyword(value, 'default') ?? (first?.type === 'keyword_argument' ? null : (first ?? null));
}

/** The value that an assignment gives to one of its targets. */
function assigned(target: Node): Place | null {
  const { parent } = target;
  if (parent === null) return null;
  if (parent.type === 'assignment' && same(parent.childForFieldName('left'), target)) {
    const value = parent.childForFieldName('right');
    return value && { form: 'assignment', value };
  }
  if (parent.type !== 'pattern_list' && parent.type !== 'tuple_pattern') return null;
  const assignment = parent.parent;
  const values = assignment?.type === 'assignment' ? assignment.childForFieldName('right') : null;
  if (values?.type !== 'expression_list' && values?.type !== 'tuple') return null;
  const place = parent.namedChildren.findIndex((one) => same(one, target));
  const value = values.namedChildren[place];
  return value && values.namedChildren.length === parent.namedChildren.length
    ? { form: 'assignment', value }
    : null;
}

function ofIdentifier(node: Node): Place | null {
  const { parent } = node;
  if (parent === null) return null;
  const isName = same(parent.childForFieldName('name'), node);
  const value = parent.childForFieldName('value');
  if (isName && value !== null) {
    if (parent.type === 'default_parameter' || parent.type === 'typed_default_parameter')
      return { form: 'default', value };
    if (parent.type === 'keyword_argument') return { form: 'argument', value };
  }
  if (parent.type === 'attribute' && same(parent.childForFieldName('attribute'), node))
    return assigned(parent);
  return assigned(node);
}

function ofString(string: Node, text: string): Place | null {
  const { parent } = string;
  if (parent === null) return null;
  if (parent.type === 'pair' && same(parent.childForFieldName('key'), string)) {
    const value = parent.childForFieldName('value');
    return value && { form: 'key', value };
  }
  if (parent.type === 'subscript') return assigned(parent);
  const call = parent.type === 'argument_list' ? parent.parent : null;
  if (call?.type !== 'call') return null;
  const name = calledName(call);
  if (text.startsWith('-') || declaring.has(name)) {
    const value = declaring.has(name) ? keyword(call, 'default') : null;
    return value && { form: 'argument', value };
  }
  if (!naming.has(name)) return null;
  const rest = parent.namedChildren;
  const value = rest[rest.findIndex((one) => same(one, string)) + 1];
  return value ? { form: 'argument', value } : null;
}

function placeOf(root: Node, at: number, name: string): Place | null {
  const node = root.descendantForIndex(at, at + name.length);
  if (node === null) return null;
  if (node.type === 'identifier') return node.text === name ? ofIdentifier(node) : null;
  if (node.type !== 'string_content' || node.parent === null) return null;
  const text = node.text;
  return text.replace(/^-{1,2}/, '').replaceAll('-', '_') === name ? ofString(node.parent, text) : null;
}

/** The numbers of a literal; null for anything that would have to be computed. */
function valueOf(node: Node): number | readonly number[] | null {
  switch (node.type) {
    case 'integer':
    case 'float':
      return parseNumber(node.text);
    case 'unary_operator': {
      const value = parseNumber(node.childForFieldName('argument')?.text ?? '');
      return value === null
        ? null
        : node.text.startsWith('-')
          ? -value
          : node.text.startsWith('+')
            ? value
            : null;
    }
    case 'string':
      return node.namedChildren.some((one) => one.type === 'interpolation')
        ? null
        : parseText(contentOf(node));
    case 'tuple':
    case 'list': {
      const values = node.namedChildren.filter((one) => one.type !== 'comment').map(valueOf);
      const numbers = values.filter((value) => typeof value === 'number');
      return numbers.length > 0 && numbers.length === values.length ? numbers : null;
    }
    default:
      return null;
  }
}

function contentOf(string: Node): string {
  return string.namedChildren
    .filter((one) => one.type === 'string_content')
    .map((one) => one.text)
    .join('');
}

/**
 * @param text that the tree was made of; @param names with underscores
 * @returns in the order of the text; values that are no literals are left out
 */
export function pythonParameters(tree: Tree, text: string, names: readonly string[]): HyperParameter[] {
  const found: HyperParameter[] = [];
  for (const name of names) {
    for (const at of occurrences(text, name)) {
      const place = placeOf(tree.rootNode, at, name);
      const node = place && meant(place.value);
      // A literal of thousands of characters is no hyper-parameter.
      if (place === null || node === null || node.endIndex - node.startIndex > 1_000) continue;
      const value = node.isMissing || node.hasError ? null : valueOf(node);
      if (value === null) continue;
      const { startIndex: start, endIndex: end } = node;
      found.push({ name, form: place.form, at, start, end, text: text.slice(start, end), value });
    }
  }
  return found.sort((one, other) => one.at - other.at);
}
