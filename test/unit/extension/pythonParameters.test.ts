/** Hyper-parameters in Python, as the real parser sees them. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copyPythonParser } from '../../../scripts/pythonParser.mjs';
import { movedOffset, type TextChange } from '../../../src/extension/hyperparameters/edits';
import { defaultNames } from '../../../src/extension/hyperparameters/hyperParameter';
import { pythonParameters } from '../../../src/extension/hyperparameters/pythonParameters';
import { PythonParser } from '../../../src/extension/hyperparameters/pythonParser';
import { fixturePath } from '../fixture';

const never = () => false;
let folder: string;
let parser: PythonParser;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lpcam-python-'));
  await copyPythonParser(folder);
  parser = new PythonParser(folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function parameters(text: string) {
  const tree = await parser.parse(text, null, never);
  if (tree === null) throw new Error('cancelled');
  const found = pythonParameters(tree, text, defaultNames);
  tree.delete();
  return found;
}
const brief = async (text: string) =>
  (await parameters(text)).map(({ name, form, text: literal, value }) => [name, form, literal, value]);

describe('In a training script', () => {
  it('every way to set one is seen, and nothing else', async () => {
    expect(await brief(readFileSync(fixturePath('code/run_sample.py'), 'utf8'))).toEqual([
      ['num_cluster', 'argument', '12', 12],
      ['select_thres', 'argument', '0.1', 0.1],
      ['cam_scales', 'argument', '(1.0, 0.5, 1.5, 2.0)', [1, 0.5, 1.5, 2]],
      ['cam_eval_thres', 'argument', '.15', 0.15],
      ['conf_fg_thres', 'argument', '"0.30"', 0.3],
      ['context_thres', 'assignment', '0.9', 0.9],
      ['context_thres_low', 'assignment', '0.05', 0.05],
      ['class_thres', 'key', '0.9', 0.9],
      ['sem_seg_bg_thres', 'key', '-0.25', -0.25],
      ['cam_eval_thres', 'assignment', '0.2', 0.2],
      ['conf_bg_thres', 'argument', '5e-2', 0.05],
      ['select_thres', 'argument', '0.12', 0.12],
      ['num_cluster', 'argument', '20', 20],
      ['cam_eval_thres', 'default', '0.25', 0.25],
      ['num_cluster', 'default', '1_2', 12],
      ['select_thres', 'default', '0.3', 0.3],
      ['num_cluster', 'assignment', '12', 12],
      ['cam_eval_thres', 'assignment', '0.15', 0.15],
    ]);
  });

  it('the offsets are those of the literals, after letters of any width', async () => {
    const text = `s = "🐑 schaf ä"\ncam_eval_thres = 0.15\n`;
    const [only] = await parameters(text);
    expect(only && text.slice(only.start, only.end)).toBe('0.15');
  });
});

describe('Code that is being written', () => {
  it('is read as far as it makes sense', async () => {
    const text = 'num_cluster = 12\nclass_thres = \nselect_thres = 0.1\nrun(cam_eval_thres=\n';
    expect(await brief(text)).toEqual([
      ['num_cluster', 'assignment', '12', 12],
      ['select_thres', 'assignment', '0.1', 0.1],
    ]);
    expect(await brief('cam_eval_thres = ')).toEqual([]);
    expect(await brief('cam_eval_thres = 0.15 +')).toEqual([]);
    expect(await brief('cam_eval_thres = "')).toEqual([]);
    expect(await brief('\0\uFFFF((((((((cam_eval_thres')).toEqual([]);
  });

  it('hostile texts come to an end', async () => {
    for (const text of [
      '('.repeat(20_000),
      'cam_eval_thres='.repeat(5_000),
      `x = "${'cam_eval_thres '.repeat(20_000)}"`,
    ])
      expect(await brief(text)).toEqual([]);
    expect(await brief(`cam_scales = [${'1, '.repeat(5_000)}]`)).toEqual([]);
  });

  it('a large file is parsed in slices, and stops when nobody waits any more', async () => {
    const text = 'x = [1, 2, 3]\n'.repeat(100_000) + 'cam_eval_thres = 0.15\n';
    const before = parser.slices;
    expect(await brief(text)).toEqual([['cam_eval_thres', 'assignment', '0.15', 0.15]]);
    expect(parser.slices - before).toBeGreaterThan(3);
    let asked = 0;
    expect(await parser.parse(text, null, () => ++asked > 2)).toBeNull();
    expect(asked).toBe(3);
    expect(await brief('cam_eval_thres = 0.2')).toHaveLength(1);
  });
});

describe('An edit', () => {
  const at = (text: string, offset: number) => {
    const lines = text.slice(0, offset).split('\n');
    return { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 };
  };
  const change = (text: string, from: number, length: number, put: string): TextChange => ({
    rangeOffset: from,
    rangeLength: length,
    text: put,
    range: { start: at(text, from), end: at(text, from + length) },
  });

  it('of a large file costs the parsing of what changed only', async () => {
    const text = 'x = [1, 2, 3]\n'.repeat(100_000) + 'cam_eval_thres = 0.15\n';
    const first = parser.slices;
    const tree = await parser.parse(text, null, never);
    const whole = parser.slices - first;
    const edit = change(text, text.length - 5, 4, '0.2\nclass_thres = 0.9');
    const edited = text.slice(0, -5) + edit.text + '\n';
    if (tree) parser.tell(tree, [edit]);
    const second = parser.slices;
    const again = await parser.parse(edited, tree, never);
    if (again === null) throw new Error('cancelled');
    expect(pythonParameters(again, edited, defaultNames).map(({ name, value }) => [name, value])).toEqual([
      ['cam_eval_thres', 0.2],
      ['class_thres', 0.9],
    ]);
    expect(parser.slices - second).toBeLessThan(whole);
  });

  it('moves the places behind it', () => {
    expect(movedOffset(10, { rangeOffset: 2, rangeLength: 3, text: 'abcde' })).toBe(12);
    expect(movedOffset(10, { rangeOffset: 11, rangeLength: 3, text: '' })).toBe(10);
    expect(movedOffset(10, { rangeOffset: 8, rangeLength: 5, text: 'x' })).toBe(8);
    expect(movedOffset(10, { rangeOffset: 10, rangeLength: 0, text: '\n' })).toBe(11);
  });
});
