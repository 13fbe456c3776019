/** MCTformer's fusion, into which LPCAM goes in place of the patch CAM, against its own modules. */
import { readFileSync } from 'node:fs';
import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { readNpy } from '../../src/formats/npy';
import { toFloat32 } from '../../src/formats/numericArray';
import { encodeModel } from '../../src/formats/onnx';
import { halfBits } from '../../src/engine/clustering/halfCast';
import { lpcamAtScale } from '../../src/lpcam/attribution';
import {
  classAttention,
  fusedLpcamAtScale,
  fusedMaps,
  refinedMaps,
  type MctFormerRule,
} from '../../src/lpcam/mctFormer';
import { buildMapsGraph } from '../../src/network/mapsGraph';
import { floats, networkOf, run } from './support/builtNetwork';
import { relativeDifference, ruledInput, ruledStateDict, type RuledParameter } from './support/ruledWeights';
import { hasShared, sharedJson, sharedPath } from './support/shared';

const tolerance = 1e-3;

function expected(name: string, output: string) {
  const file = `${name}.${output}.npy`;
  return readNpy(readFileSync(sharedPath('golden', 'networks', file)), file);
}

/** Two centres with numbers of no particular kind, as unit vectors. */
function unitCentres(count: number, channels: number): Float32Array {
  const units = new Float32Array(count * channels);
  for (let centre = 0; centre < count; centre++) {
    const vector = Array.from({ length: channels }, (_, i) => Math.sin((i + 1) * (centre + 1.7)));
    const norm = Math.hypot(...vector);
    vector.forEach((value, i) => (units[centre * channels + i] = value / norm));
  }
  return units;
}

/** Cosine of the reference's patch tokens [1, C, h, w] with each centre, [centres, h * w]. */
function cosines(features: Float32Array, units: Float32Array, channels: number): Float32Array {
  const patches = features.length / channels;
  const count = units.length / channels;
  return Float32Array.from({ length: count * patches }, (_, i) => {
    const [centre, patch] = [Math.floor(i / patches), i % patches];
    let dot = 0;
    let squares = 0;
    for (let c = 0; c < channels; c++) {
      const value = features[c * patches + patch] ?? NaN;
      dot += value * (units[centre * channels + c] ?? NaN);
      squares += value * value;
    }
    return dot / Math.sqrt(squares);
  });
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

  it.each(cases)('%s through the graph that the product runs', async (name, rule) => {
    const golden = sharedJson('golden', 'networks', `${name}.json`) as {
      readonly input: readonly number[];
      readonly parameters: readonly RuledParameter[];
    };
    const { network } = networkOf(ruledStateDict(golden.parameters, `${name}.pth`));
    const { channels, classes } = network;
    const units = unitCentres(2, channels);
    const graph = buildMapsGraph(network, {
      mirror: false,
      similarity: true,
      feature: false,
      fusion: { rule, affinity: 'float16' },
    });
    const results = await run(graph, {
      image: new ort.Tensor('float32', ruledInput(golden.input), [...golden.input]),
      centres: new ort.Tensor('float32', units, [2, channels]),
    });
    const [, , height = 0, width = 0] = results['attention']?.dims ?? [];
    const patches = height * width;
    const matrix = toFloat32(expected(name, 'patch_attention_sum'));
    const like = (data: Float32Array<ArrayBuffer>) => ({
      dtype: 'float32' as const,
      shape: [data.length],
      data,
    });

    // The system's own class maps, refined.
    const cam = refinedMaps(matrix, toFloat32(expected(name, 'fused')), patches);
    expect(relativeDifference(floats(results, 'fused'), like(cam))).toBeLessThan(tolerance);
    if (rule === 'v2')
      expect(relativeDifference(floats(results, 'attention'), expected(name, 'mct'))).toBeLessThan(tolerance);

    // LPCAM in place of the patch CAM: each class's own attention, the same two centres for all.
    const similarity = cosines(toFloat32(expected(name, 'features')), units, channels);
    expect(
      relativeDifference(floats(results, 'viewSimilarity'), like(new Float32Array(similarity))),
    ).toBeLessThan(tolerance);
    const patchCam = toFloat32(expected(name, 'patchcam'));
    const product = toFloat32(expected(name, 'fused'));
    const affinity = halfBits(results['affinity']);
    const attended = {
      height,
      width,
      attention: floats(results, 'attention'),
      similarity: floats(results, 'viewSimilarity'),
      affinity,
    };
    // MCTformer+'s attention is not among the references: where their patch CAM is not zero, the product tells it.
    const attentions =
      rule === 'v2'
        ? toFloat32(expected(name, 'mct'))
        : patchCam.map((part, i) => (product[i] ?? NaN) ** 2 / part);
    let compared = 0;
    for (let position = 0; position < classes; position++) {
      const place = position * patches;
      const attention = attentions.subarray(place, place + patches);
      if (attention.some((value) => !Number.isFinite(value))) continue;
      compared++;
      const lpcam = lpcamAtScale(similarity, patches, [0], [1]);
      const wanted = refinedMaps(matrix, fusedMaps(attention, lpcam, rule), patches);
      const found = fusedLpcamAtScale(
        attended,
        { position, classes, classRows: [0], contextRows: [1] },
        rule,
      );
      expect(Math.max(...wanted)).toBeGreaterThan(0);
      expect(relativeDifference(found, like(wanted))).toBeLessThan(2 * tolerance);
    }
    expect(compared).toBeGreaterThan(0);
  });
});
