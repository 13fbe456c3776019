import { describe, expect, it } from 'vitest';
import { fieldLocation } from '../../../src/extension/study/fieldLocation';

const text = `{
  // comments are allowed
  "checkpoint": "cam.onnx",
  "gates": { "class": 0.9, "context": [0.05, 2] },
}`;

function marked(field: string | undefined, source = text): string {
  const { offset, length } = fieldLocation(source, field);
  return source.slice(offset, offset + length);
}

describe('What is underlined in a study file', () => {
  it('is the field with its value', () => {
    expect(marked('checkpoint')).toBe('"checkpoint": "cam.onnx"');
    expect(marked('gates.class')).toBe('"class": 0.9');
  });

  it.each(['gates.context.1', 'gates.context[1]'])('is the element %s', (field) => {
    expect(marked(field)).toBe('2');
  });

  it('is what a missing field belongs into', () => {
    expect(marked('gates.other')).toBe('"gates": { "class": 0.9, "context": [0.05, 2] }');
  });

  it('is the start when nothing fits', () => {
    expect(marked('network.features')).toBe('{');
    expect(marked(undefined)).toBe('{');
    expect(fieldLocation('', 'checkpoint')).toEqual({ offset: 0, length: 0 });
  });

  it('is found in a file that is half written', () => {
    expect(marked('gates.class', '{ "gates": { "class": 7, "con')).toBe('"class": 7');
  });
});
