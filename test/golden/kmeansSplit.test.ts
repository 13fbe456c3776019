/** Which positions of real photographs are clustered as foreground, against an independent implementation. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { splitByCam, splitCodes } from '../../src/engine/clustering/camSplit';
import { decodeImage } from '../../src/engine/image/decode';
import { InputMaker } from '../../src/engine/image/inputMaker';
import { FeatureExtractor } from '../../src/engine/clustering/imageFeatures';
import { readNpy } from '../../src/formats/npy';
import { toFloat32 } from '../../src/formats/numericArray';
import { presets } from '../../src/lpcam/presets';
import { loadCamNetwork } from '../../src/network/loadNetwork';
import { hasShared, sharedJson, sharedPath } from './support/shared';

/** Per image and class: foreground, background and all positions. */
const splitSchema = z.record(z.string(), z.record(z.string(), z.tuple([z.int(), z.int(), z.int()])));

describe.skipIf(!hasShared)('the split of feature rows by CAM', () => {
  it('puts as many positions on each side as the reference, and keeps their features in half precision', async () => {
    const golden = splitSchema.parse(sharedJson('golden', 'lpcam', 'split.json'));
    const names = readFileSync(sharedPath('data', 'voc-animals', 'classes.txt'), 'utf8')
      .trim()
      .split(/\s+/);
    const checkpoint = 'mobilenetv2-voc20.onnx';
    const network = loadCamNetwork(readFileSync(sharedPath('models', checkpoint)), checkpoint, {
      features: null,
      classifier: null,
    });
    const study = {
      system: null,
      network: {
        features: null,
        classifier: null,
        stride: null,
        predictor: null,
        graph: null,
        mean: [0.485, 0.456, 0.406],
        std: [0.229, 0.224, 0.225],
      },
      settings: presets.voc,
    } as const;
    const extractor = await FeatureExtractor.open({
      network,
      study,
      device: 'cpu',
      precision: 'full',
      inputs: new InputMaker(null),
    });
    const signal = new AbortController().signal;
    let positions = 0;
    let different = 0;
    for (const [id, classes] of Object.entries(golden).slice(0, 4)) {
      const path = sharedPath('data', 'voc-animals', 'JPEGImages', `${id}.jpg`);
      const indices = Object.keys(classes).map((name) => names.indexOf(name));
      const { height, width, rows, cams } = await extractor.extract(
        path,
        await decodeImage(path),
        indices,
        signal,
      );
      for (const [name, [foreground, background, all]] of Object.entries(classes)) {
        const cam = cams.get(names.indexOf(name)) ?? new Float32Array();
        const codes = splitByCam(cam, presets.voc.clustering.split);
        const count = (code: number) => codes.filter((side) => side === code).length;
        expect(height * width).toBe(all);
        positions += all;
        different +=
          Math.abs(count(splitCodes.foreground) - foreground) +
          Math.abs(count(splitCodes.background) - background);
      }
      expect(rows).toHaveLength(height * width * network.channels);
    }
    expect(positions).toBeGreaterThan(4000);
    // A position whose CAM lies within rounding of the threshold may fall on either side.
    expect(different / positions).toBeLessThan(0.002);

    const id = '2007_008722';
    const path = sharedPath('data', 'voc-animals', 'JPEGImages', `${id}.jpg`);
    const { rows } = await extractor.extract(path, await decodeImage(path), [], signal);
    await extractor.release();
    const features = readNpy(readFileSync(sharedPath('golden', 'lpcam', `${id}.x1.features.npy`)), id);
    const [channels = 0, height = 0, width = 0] = features.shape.slice(-3);
    const ours = toFloat32({ dtype: 'float16', data: Uint16Array.from(rows) });
    let largest = 0;
    toFloat32(features).forEach((value, i) => {
      const [channel, position] = [Math.floor(i / (height * width)), i % (height * width)];
      largest = Math.max(largest, Math.abs(value - (ours[position * channels + channel] ?? NaN)));
    });
    expect(largest).toBeLessThan(4e-3);
  });
});
