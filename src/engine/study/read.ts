/** Reads `lpcam.json`: comments and trailing commas are tolerated, anything else wrong is said with its line. */
import { findNodeAtLocation, parse, parseTree, printParseErrorCode, type ParseError } from 'jsonc-parser';
import { readFile, stat } from 'node:fs/promises';
import * as z from 'zod';
import { InputError } from '../../lpcam/inputError';
import { studyFileSchema, type StudyFile } from '../../protocol/studyFile';
import { nearestName } from './nearestName';

type Issue = z.core.$ZodIssue;
type Path = (string | number)[];

const maximumBytes = 4 << 20;

/** `file:line:column` of an offset, both counted from 1 as editors do. */
function place(file: string, text: string, offset: number): string {
  const before = text.slice(0, offset).split('\n');
  return `${file}:${before.length}:${(before.at(-1) ?? '').length + 1}`;
}

/** `clustering.k`, `inference.scales[2]`. */
function fieldName(path: Path): string {
  return path.reduce<string>(
    (name, part) => (typeof part === 'number' ? `${name}[${part}]` : name === '' ? part : `${name}.${part}`),
    '',
  );
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (inner, part) =>
      typeof inner === 'object' && inner !== null ? (inner as Record<string, unknown>)[part] : undefined,
    value,
  );
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) as string | undefined;
  if (text === undefined) return 'nothing';
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

const typeNames: Readonly<Record<string, string>> = {
  string: 'a text in quotes',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list [...]',
  tuple: 'a list [...]',
  object: 'an object {...}',
};

/** The fields an object of the schema has. */
function knownFields(path: Path): string[] {
  let node: z.core.JSONSchema.BaseSchema | undefined = z.toJSONSchema(studyFileSchema);
  for (const part of path) {
    const next: z.core.JSONSchema._JSONSchema | undefined = node?.properties?.[part];
    node = typeof next === 'object' ? next : undefined;
  }
  return Object.keys(node?.properties ?? {}).filter((name) => name !== '$schema');
}

function unknownField(key: string, path: Path): string {
  const known = knownFields(path);
  const meant = nearestName(key, known);
  return (
    `There is no field \`${fieldName([...path, key])}\`. ` +
    (meant === null ? `Known here: ${known.join(', ')}.` : `Did you mean \`${meant}\`?`)
  );
}

function bound(origin: string, limit: string, exact: boolean, words: readonly [string, string]): string {
  if (origin === 'array') return exact ? `a list of ${limit}` : `a list of ${words[0]} ${limit}`;
  return `a number ${words[1]} ${limit}`;
}

function expectation(issue: Issue): string {
  if (issue.code === 'invalid_type') return typeNames[issue.expected] ?? issue.expected;
  if (issue.code === 'invalid_value') {
    return `one of ${issue.values.map((value) => JSON.stringify(value)).join(', ')}`;
  }
  if (issue.code === 'too_small') {
    if (issue.origin === 'string') return 'a text that is not empty';
    const word = issue.inclusive === false ? 'above' : 'of at least';
    return bound(issue.origin, String(issue.minimum), issue.exact === true, ['at least', word]);
  }
  if (issue.code === 'too_big') {
    const word = issue.inclusive === false ? 'below' : 'of at most';
    return bound(issue.origin, String(issue.maximum), issue.exact === true, ['at most', word]);
  }
  // The only union of the schema: class names, in a file or in place.
  if (issue.code === 'invalid_union') return 'the path of a file with one name a line, or a list of names';
  return issue.message;
}

function describe(issue: Issue, value: unknown): string {
  const path = issue.path as Path;
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownField(key, path)).join(' ');
  if (path.length === 0) return 'The study must be an object: { "checkpoint": "..." }.';
  const got = valueAt(value, path);
  if (got === undefined && path.length === 1 && path[0] === 'checkpoint') {
    return '`checkpoint` is missing: name the file of the trained classifier.';
  }
  return `\`${fieldName(path)}\` must be ${expectation(issue)}, but is ${shown(got)}.`;
}

/** Where in the text an issue is: at the field, or at the unknown key. */
function issueOffset(issue: Issue, text: string): number {
  const root = parseTree(text, [], { allowTrailingComma: true });
  if (root === undefined) return 0;
  const path = issue.path as Path;
  if (issue.code === 'unrecognized_keys') {
    const key = findNodeAtLocation(root, [...path, issue.keys[0] ?? '']);
    return key?.parent?.offset ?? 0;
  }
  for (let length = path.length; length >= 0; length--) {
    const node = findNodeAtLocation(root, path.slice(0, length));
    if (node !== undefined) return node.offset;
  }
  return 0;
}

const syntaxWords: Readonly<Record<string, string>> = {
  ValueExpected: 'a value is expected',
  CommaExpected: 'a comma is expected',
  ColonExpected: 'a colon is expected',
  PropertyNameExpected: 'a field name in double quotes is expected',
  CloseBraceExpected: 'a closing brace } is expected',
  CloseBracketExpected: 'a closing bracket ] is expected',
  EndOfFileExpected: 'the file should end',
  UnexpectedEndOfString: 'a text is not closed',
  InvalidSymbol: 'an unknown word stands',
};

/**
 * Checks the text of a study file.
 * @throws InputError with `file:line:column`, naming the field and what was expected; at most two faults at once
 */
export function parseStudy(text: string, file: string): StudyFile {
  const source = text.replace(/^\uFEFF/, '');
  const errors: ParseError[] = [];
  const value: unknown = parse(source, errors, { allowTrailingComma: true });
  const broken = errors[0];
  if (broken !== undefined) {
    const code = printParseErrorCode(broken.error);
    throw new InputError(
      `${place(file, source, broken.offset)}: this is not valid JSON: ${syntaxWords[code] ?? code} here.`,
      { file },
    );
  }
  const checked = studyFileSchema.safeParse(value);
  if (checked.success) return checked.data;
  const issues = checked.error.issues;
  const first = issues[0];
  if (first === undefined) throw checked.error;
  const faults = issues.slice(0, 2).map((issue) => describe(issue, value));
  const rest = issues.length > 2 ? ` (${issues.length - 2} more after that.)` : '';
  const field =
    first.code === 'unrecognized_keys'
      ? [...(first.path as Path), first.keys[0] ?? '']
      : (first.path as Path);
  throw new InputError(`${place(file, source, issueOffset(first, source))}: ${faults.join(' ')}${rest}`, {
    file,
    field: fieldName(field),
  });
}

/**
 * Reads and checks a study file.
 * @throws InputError when it is missing, unreadable, no JSON, or against the schema
 */
export async function readStudyFile(file: string): Promise<StudyFile> {
  const stats = await stat(file).catch(() => null);
  if (stats === null) throw new InputError(`There is no study file ${file}.`, { file });
  if (!stats.isFile()) throw new InputError(`${file} is a folder; a study is a file, lpcam.json.`, { file });
  if (stats.size > maximumBytes)
    throw new InputError(`${file} is larger than 4 MiB: this is no study.`, { file });
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new InputError(`The study ${file} cannot be read: ${String(error)}.`, { file });
  });
  if (text.trim() === '') {
    throw new InputError(`${file} is empty; the least a study needs is { "checkpoint": "model.onnx" }.`, {
      file,
    });
  }
  return parseStudy(text, file);
}
