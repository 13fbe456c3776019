/** MCTformer's fusion, into which LPCAM goes in place of the patch CAM, against its own modules. */
import { readFileSync } from 'node:fs';
import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { readNpy } from '../../src/formats/npy';
import { toFloat32 } from '../../src/formats/numericArray';
import { encodeModel } from '../../src/formats/onnx';
import { classAttention, fusedMaps, refinedMaps, type MctFormerRule } from '../../src/lpcam/mctFormer';
import { floats, networkOf, run } from './support/builtNetwork';
import { relativeDifference, ruledInput, ruledStateDict, type RuledParameter } from './support/ruledWeights';
import { hasShared, sharedJson, sharedPath } from './support/shared';

const tolerance = 1e-3;

function expected(name: string, output: string) {
  const file = `${name}.${output}.npy`;
  return readNpy(readFileSync(sharedPath('golden', 'networks', file)), file);
}

describe.skipIf(!hasShared)('the fusion of attention and patch maps', () => {
  const cases: [string, MctFormerRule][] = [
    ['mctformer-v2', 'v2'],
    ['mctformer-v2-odd', 'v2'],
    ['mctformer-plus', 'plus'],
  ];

  it.each(cases)('%s', async (name, rule) => {
    const golden = sharedJson('golden', 'networks', `${name}.json`) as {
      readonly input: readonly number[];
      readonly parameters: readonly RuledParameter[];
    };
    const { model } = networkOf(ruledStateDict(golden.parameters, `${name}.pth`));
    const image = new ort.Tensor('float32', ruledInput(golden.input), [...golden.input]);
    const whole = await run(encodeModel(model), { image });
    const [, blocks = 0] = whole['class_attention']?.dims ?? [];
    const attention = classAttention(floats(whole, 'class_attention'), blocks, rule);
    if (rule === 'v2') expect(relativeDifference(attention, expected(name, 'mct'))).toBeLessThan(tolerance);
    const patchCam = toFloat32(expected(name, 'patchcam'));
    const fused = fusedMaps(attention, patchCam, rule);
    expect(relativeDifference(fused, expected(name, 'fused'))).toBeLessThan(tolerance);

    const patches = patchCam.length / 20;
    const between = expected(name, 'patch_attention_sum');
    const matrix = toFloat32(between);
    // What one patch alone spreads is what every patch attends to it.
    for (const key of [0, 5, patches - 1]) {
      const alone = new Float32Array(patches);
      alone[key] = 1;
      const column = Float32Array.from(alone, (_, query) => matrix[query * patches + key] ?? NaN);
      expect(refinedMaps(matrix, alone, patches)).toEqual(column);
    }
    const own = refinedMaps(floats(whole, 'patch_attention'), fused, patches);
    const reference = { ...between, shape: [fused.length], data: refinedMaps(matrix, fused, patches) };
    expect(relativeDifference(own, reference)).toBeLessThan(tolerance);
  });
});
