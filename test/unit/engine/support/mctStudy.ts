/** A study of a tiny MCTformer whose weights follow a rule, and what its parts say of an image, worked out one by one. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as ort from 'onnxruntime-node';
import sharp from 'sharp';
import { resizeBicubic } from '../../../../src/engine/image/resize';
import { encodeModel } from '../../../../src/formats/onnx';
import { writeSafetensors } from '../../../../src/formats/safetensors';
import { upsample } from '../../../../src/lpcam/bilinear';
import { classAttention, fusedMaps, refinedMaps, type MctFormerRule } from '../../../../src/lpcam/mctFormer';
import { scaledSize } from '../../../../src/lpcam/rounding';
import type { Centre } from '../../../../src/lpcam/bank';
import type { StateDict } from '../../../../src/network/stateDict/stateDict';
import { floats, networkOf, run } from '../../../golden/support/builtNetwork';
import { mctLines, tinyDict } from '../../network/stateDict/tinyDicts';
import { centre, tinyStudy, type TinyStudy } from './tinyStudy';

/** Neither side is a multiple of the patches' 16 pixels. */
export const mctImage = { id: 'waves', width: 100, height: 70 };
const channels = 64;

/** Numbers whose centres' LPCAM is above zero in a part of the picture, for the classes 0 and 2. */
const starts: Readonly<Record<MctFormerRule, Readonly<Record<number, number>>>> = {
  v2: { 0: 5.2, 2: 3.7 },
  plus: { 0: 1.6, 2: 4.9 },
};

/** Two foreground and two background centres of class 0 that pass their gates, and the same of class 2. */
function centresOf(rule: MctFormerRule): readonly Centre[] {
  return [0, 2].flatMap((classIndex) =>
    (['foreground', 'background'] as const).flatMap((set, s) =>
      [0, 1].map((place) => {
        const start = starts[rule][classIndex] ?? 0;
        const vector = Array.from({ length: channels }, (_, i) =>
          Math.sin((i + 1) * (start + 2.1 * s + 0.7 * place)),
        );
        return centre(classIndex, set, vector, s === 0 ? 0.95 : 0.4);
      }),
    ),
  );
}

/** A picture of waves, labelled with the classes 0 and 2. */
async function writeImage(study: TinyStudy): Promise<void> {
  const { id, width, height } = mctImage;
  const rgb = Uint8Array.from({ length: width * height * 3 }, (_, i) => {
    const [column, row, channel] = [Math.floor(i / 3) % width, Math.floor(i / 3 / width), i % 3];
    return 128 + 120 * Math.sin(column / (5 + channel) + (row / 9) * (1 + channel));
  });
  await sharp(rgb, { raw: { width, height, channels: 3 } })
    .png()
    .toFile(study.image(id));
  writeFileSync(join(study.folder, 'labels.json'), JSON.stringify({ [id]: ['red', 'blue'] }));
  writeFileSync(join(study.folder, 'ImageSets', 'Segmentation', 'train.txt'), `${id}\n`);
}

export interface MctStudy {
  readonly study: TinyStudy;
  readonly dict: StateDict;
  readonly rule: MctFormerRule;
}

/** @param system as lpcam.json names it; undefined: it is found by the checkpoint */
export async function mctStudy(
  rule: MctFormerRule,
  system?: 'mctformer-v2' | 'mctformer-plus' | 'generic',
): Promise<MctStudy> {
  const study = await tinyStudy();
  const dict = tinyDict(mctLines(rule === 'plus'));
  const tensors = [...dict.tensors].map(([key, tensor]) => [key, tensor.numbers()] as const);
  writeFileSync(join(study.folder, 'mct.safetensors'), writeSafetensors(new Map(tensors), { format: 'pt' }));
  study.write({ checkpoint: 'mct.safetensors', system, inference: undefined });
  await writeImage(study);
  await study.writeBank({ channels, centres: centresOf(rule) });
  return { study, dict, rule };
}

function mirrored(data: Float32Array, width: number): Float32Array {
  return data.map((_, i) => data[i - (i % width) + width - 1 - (i % width)] ?? NaN);
}

/** Mean cosine of patch tokens [C, patches] with some centres. */
function meanCosine(features: Float32Array, own: readonly Centre[]): Float32Array {
  const patches = features.length / channels;
  return Float32Array.from({ length: patches }, (_, patch) => {
    const token = Array.from({ length: channels }, (_, c) => features[c * patches + patch] ?? NaN);
    const sum = own.reduce((total, { vector }) => {
      const dot = token.reduce((all, value, c) => all + value * (vector[c] ?? NaN), 0);
      return total + dot / Math.hypot(...token) / Math.hypot(...vector);
    }, 0);
    return sum / own.length;
  });
}

/**
 * CAM and LPCAM of a class as MCTformer's code would have them, in its order: every view's product refined, upsampled to
 * the image, turned back, summed, brought to 0..1; each step by itself, the network's outputs from its whole model.
 * @param rgb the picture
 */
export async function reference(
  { dict, rule }: MctStudy,
  rgb: Uint8Array,
  scales: readonly number[],
  classIndex: number,
): Promise<{ cam: Float32Array; lpcam: Float32Array }> {
  const { width, height } = mctImage;
  const model = encodeModel(networkOf(dict).model);
  const own = (set: Centre['set']) =>
    centresOf(rule).filter((one) => one.classIndex === classIndex && one.set === set);
  const sums = { cam: new Float32Array(width * height), lpcam: new Float32Array(width * height) };
  for (const scale of scales) {
    const { height: h, width: w } = scaledSize(height, width, scale);
    const scaled = scale === 1 ? rgb : resizeBicubic(rgb, height, width, h, w);
    for (const turned of [false, true]) {
      const planes = Float32Array.from({ length: 3 * h * w }, (_, i) => {
        const [channel, row, column] = [Math.floor(i / (h * w)), Math.floor(i / w) % h, i % w];
        return (scaled[(row * w + (turned ? w - 1 - column : column)) * 3 + channel] ?? NaN) / 255;
      });
      const outputs = await run(model, { image: new ort.Tensor('float32', planes, [1, 3, h, w]) });
      const [, blocks = 0, , rows = 0, columns = 0] = outputs['class_attention']?.dims ?? [];
      const patches = rows * columns;
      const ofClass = (maps: Float32Array) => maps.slice(classIndex * patches, (classIndex + 1) * patches);
      const attention = ofClass(classAttention(floats(outputs, 'class_attention'), blocks, rule));
      const features = floats(outputs, 'features');
      const context = meanCosine(features, own('background'));
      const lpcam = meanCosine(features, own('foreground')).map((value, i) =>
        Math.max(value - (context[i] ?? NaN), 0),
      );
      const cam = ofClass(floats(outputs, 'patch_cam'));
      for (const [name, map] of Object.entries({ cam, lpcam })) {
        const refined = refinedMaps(
          floats(outputs, 'patch_attention'),
          fusedMaps(attention, map, rule),
          patches,
        );
        const large = upsample(refined, rows, columns, height, width);
        const sum = sums[name as keyof typeof sums];
        (turned ? mirrored(large, width) : large).forEach((value, i) => (sum[i] = (sum[i] ?? NaN) + value));
      }
    }
  }
  const normalised = (sum: Float32Array) => {
    const least = Math.min(...sum);
    const range = Math.max(...sum) - least;
    return sum.map((value) => (value - least) / range);
  };
  return { cam: normalised(sums.cam), lpcam: normalised(sums.lpcam) };
}
