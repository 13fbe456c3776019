/** A person who mistypes lpcam.json reads where, which field, and what was expected. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parseStudy, readStudyFile } from '../../../../src/engine/study/read';

const folder = mkdtempSync(join(tmpdir(), 'lpcam-study-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function messageOf(text: string): string {
  try {
    parseStudy(text, 'lpcam.json');
  } catch (error) {
    if (error instanceof Error && error.name === 'InputError') return error.message;
    throw error;
  }
  throw new Error('the study was accepted');
}

describe('what is accepted', () => {
  it('the least study, with a byte order mark, comments and a trailing comma', () => {
    const text = '\uFEFF{\n  // my network\n  "checkpoint": "a.onnx", /* more */\n}\n';
    expect(parseStudy(text, 'lpcam.json')).toEqual({ checkpoint: 'a.onnx' });
  });

  it('every field of the documented shape', () => {
    const study = {
      $schema: './schema.json',
      preset: 'coco',
      checkpoint: 'a.onnx',
      classes: ['cat', 'dog'],
      dataset: { images: 'i', list: 'l.txt', labels: 'l.npy', masks: 'm' },
      network: { features: 'f', classifier: 'w', mean: [0, 0, 0], std: [1, 1, 1] },
      clustering: { k: 12, split: 0.1, tolerance: 5, maxIterations: 9, seed: 0, imagesPerClass: null },
      gates: { class: 0.9, context: [0.05, 0.9] },
      inference: { scales: [1, 0.5], mirror: false },
      seeds: { threshold: 0.3 },
      bank: 'b.safetensors',
      device: 'cuda',
    };
    expect(parseStudy(JSON.stringify(study), 'lpcam.json')).toEqual(study);
  });
});

describe('what is refused', () => {
  it.each([
    [
      'a missing comma',
      '{\n  "checkpoint": "a.onnx"\n  "device": "cpu"\n}',
      'lpcam.json:3:3: this is not valid JSON: a comma is expected here.',
    ],
    [
      'an unclosed brace',
      '{ "checkpoint": "a.onnx"',
      'lpcam.json:1:25: this is not valid JSON: a closing brace } is expected here.',
    ],
    [
      'a missing checkpoint',
      '{ "device": "cpu" }',
      'lpcam.json:1:1: `checkpoint` is missing: name the file of the trained classifier.',
    ],
    [
      'a mistyped field',
      '{\n  "checkpoint": "a.onnx",\n  "datset": {}\n}',
      'lpcam.json:3:3: There is no field `datset`. Did you mean `dataset`?',
    ],
    [
      'a mistyped field inside another',
      '{ "checkpoint": "a", "clustering": { "kk": 3 } }',
      'lpcam.json:1:38: There is no field `clustering.kk`. Did you mean `k`?',
    ],
    [
      'a field that means nothing',
      '{ "checkpoint": "a", "gates": { "somethingElse": 3 } }',
      'lpcam.json:1:33: There is no field `gates.somethingElse`. Known here: class, context.',
    ],
    [
      'a text for a number',
      '{ "checkpoint": "a",\n  "clustering": { "k": "12" } }',
      'lpcam.json:2:24: `clustering.k` must be a number, but is "12".',
    ],
    [
      'a fraction for a whole number',
      '{ "checkpoint": "a", "clustering": { "k": 1.5 } }',
      'lpcam.json:1:43: `clustering.k` must be a whole number, but is 1.5.',
    ],
    [
      'a number out of range',
      '{ "checkpoint": "a", "seeds": { "threshold": 30 } }',
      'lpcam.json:1:46: `seeds.threshold` must be a number of at most 1, but is 30.',
    ],
    [
      'an entry of a list',
      '{ "checkpoint": "a", "inference": { "scales": [1, 0] } }',
      'lpcam.json:1:51: `inference.scales[1]` must be a number of at least 0.1, but is 0.',
    ],
    [
      'a zero std',
      '{ "checkpoint": "a", "network": { "std": [1, 1, 0] } }',
      'lpcam.json:1:49: `network.std[2]` must be a number above 0, but is 0.',
    ],
    [
      'two means',
      '{ "checkpoint": "a", "network": { "mean": [1, 1] } }',
      'lpcam.json:1:43: `network.mean` must be a list of 3, but is [1,1].',
    ],
    [
      'an unknown device',
      '{ "checkpoint": "a", "device": "gpu" }',
      'lpcam.json:1:32: `device` must be one of "auto", "cpu", "cuda", "webgpu", "dml", "coreml", but is "gpu".',
    ],
    [
      'an unknown preset',
      '{ "checkpoint": "a", "preset": "imagenet" }',
      'lpcam.json:1:32: `preset` must be one of "voc", "coco", but is "imagenet".',
    ],
    [
      'classes that are neither',
      '{ "checkpoint": "a", "classes": 20 }',
      'lpcam.json:1:33: `classes` must be the path of a file with one name a line, or a list of names, but is 20.',
    ],
    [
      'an empty path',
      '{ "checkpoint": "" }',
      'lpcam.json:1:17: `checkpoint` must be a text that is not empty, but is "".',
    ],
    ['a list', '[]', 'lpcam.json:1:1: The study must be an object: { "checkpoint": "..." }.'],
  ])('%s', (_, text, expected) => {
    expect(messageOf(text)).toBe(expected);
  });

  it('says two faults and counts the rest', () => {
    const message = messageOf('{ "checkpoint": 1, "device": 2, "bank": 3, "preset": 4 }');
    expect(message).toContain('`checkpoint` must be a text in quotes, but is 1.');
    expect(message).toMatch(/\(2 more after that\.\)$/);
  });

  it('carries the file and the field for the Problems view', () => {
    expect(() => parseStudy('{ "checkpoint": "a", "clustering": { "k": 0 } }', '/x/lpcam.json')).toThrow(
      expect.objectContaining({ where: { file: '/x/lpcam.json', field: 'clustering.k' } }),
    );
  });

  it('a missing file, a folder and an empty file', async () => {
    await expect(readStudyFile(join(folder, 'none.json'))).rejects.toThrow('There is no study file');
    await expect(readStudyFile(folder)).rejects.toThrow('is a folder');
    writeFileSync(join(folder, 'empty.json'), ' \n');
    await expect(readStudyFile(join(folder, 'empty.json'))).rejects.toThrow(
      'is empty; the least a study needs is { "checkpoint": "model.onnx" }',
    );
  });
});
