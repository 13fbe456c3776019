/** One image explained, on a network whose answers can be worked out by hand. */
import { copyFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { classPrototypes, lpcamOf } from '../../../src/engine/classMaps';
import { Engine } from '../../../src/engine/engine';
import { predictedClasses } from '../../../src/engine/explain/imageClasses';
import { explainWhole, type Explanation } from '../../../src/engine/explanation';
import type { DeviceChoice } from '../../../src/protocol/deviceNames';
import { centre, imageHeight, imageWidth, tinyStudy, type TinyStudy } from './support/tinyStudy';
import { unknownProvenance } from '../../support/unknownProvenance';

let study: TinyStudy;
let engine: Engine;
beforeEach(async () => {
  study = await tinyStudy();
  engine = new Engine();
});
afterEach(async () => {
  await engine.dispose();
  study.remove();
});

function explain(
  image: string,
  classes: string[] | null = null,
  deviceChoice: DeviceChoice | null = null,
): Promise<Explanation> {
  return explainWhole(
    engine,
    { study: { file: study.file }, image, classes, deviceChoice },
    new AbortController().signal,
  );
}
const kinds = (explanation: Explanation) => explanation.notices.map(({ kind }) => kind);

describe('the picture and its classes', () => {
  it('shows the network input and the mask, and takes the classes from the labels', async () => {
    const { header } = await explain(study.image('red-green'));
    expect(header.image).toMatchObject({ id: 'red-green', width: imageWidth, height: imageHeight });
    expect([...header.image.rgb.subarray(0, 3)]).toEqual([255, 0, 0]);
    expect(header.mask?.labels.length).toBe(imageWidth * imageHeight);
    expect(header.classes.map(({ name, source }) => [name, source])).toEqual([
      ['red', 'label'],
      ['green', 'label'],
    ]);
    expect(header.stride).toBe(4);
    expect(header.classNames).toEqual(['red', 'green', 'blue']);
    expect(header.device).toMatchObject({ inUse: 'cpu', fallback: false, reason: 'CPU, as chosen.' });
  });

  it('predicts classes where no label says, and says so', async () => {
    const explanation = await explain(study.image('unlisted'));
    expect(explanation.header.classes.map(({ name, source }) => [name, source])).toEqual([
      ['green', 'predicted'],
    ]);
    expect(explanation.header.classes[0]?.probability).toBeGreaterThan(0.9);
    expect(explanation.notices.find(({ kind }) => kind === 'labels-missing')?.message).toContain(
      'the study has no label of unlisted.png',
    );
  });

  it('predicts at most eight classes, the likeliest ones, and at least one', () => {
    const logits = Float32Array.from({ length: 1000 }, (_, i) => (i % 100) - 90);
    expect(predictedClasses(logits)).toEqual([99, 199, 299, 399, 499, 599, 699, 799]);
    expect(predictedClasses(Float32Array.from([-3, -1, -2]))).toEqual([1]);
    expect(predictedClasses(Float32Array.from([0.1, -1, 2]))).toEqual([0, 2]);
  });

  it('shows the classes asked for, in their order', async () => {
    const { header, scales } = await explain(study.image('red-green'), ['blue', 'red']);
    expect(header.classes.map(({ name, source }) => [name, source])).toEqual([
      ['blue', 'asked'],
      ['red', 'asked'],
    ]);
    const area = (scales[0]?.height ?? 0) * (scales[0]?.width ?? 0);
    expect(Math.max(...(scales[0]?.cam.subarray(0, area) ?? []))).toBe(0);
    expect(Math.max(...(scales[0]?.cam.subarray(area) ?? []))).toBeGreaterThan(3);
  });

  it('refuses an unknown class with the likely one', async () => {
    await expect(explain(study.image('red-green'), ['gren'])).rejects.toThrow(
      'There is no class "gren". Did you mean "green"?',
    );
  });

  it('explains an image outside the study', async () => {
    const elsewhere = join(study.folder, 'other.png');
    copyFileSync(study.image('blue-blue'), elsewhere);
    const { header } = await explain(elsewhere);
    expect(header.image.id).toBeNull();
    expect(header.mask).toBeNull();
    expect(header.classes[0]).toMatchObject({ name: 'blue', source: 'predicted' });
  });

  it('passes over a mask of another size, and says so', async () => {
    await sharp(Buffer.alloc(25, 1), { raw: { width: 5, height: 5, channels: 1 } })
      .toColourspace('b-w')
      .png()
      .toFile(join(study.folder, 'SegmentationClass', 'blue-blue.png'));
    const explanation = await explain(study.image('blue-blue'));
    expect(explanation.header.mask).toBeNull();
    expect(explanation.notices.map(({ message }) => message).join()).toContain('is 5 x 5, the image 34 x 24');
  });
});

describe('maps', () => {
  it('come scale by scale, scale 1 first whatever the study says', async () => {
    study.write({ inference: { scales: [0.5, 2, 1], mirror: true } });
    const { scales } = await explain(study.image('red-green'));
    expect(scales.map(({ scale, height, width }) => [scale, height, width])).toEqual([
      [1, 6, 8],
      [0.5, 3, 4],
      [2, 12, 17],
    ]);
  });

  it('hold CAM of image and mirror, and cosines with the centres of the classes, in the order of the header', async () => {
    await study.writeBank();
    study.write({ inference: { scales: [1], mirror: false } });
    const { header, scales } = await explain(study.image('red-green'));
    expect(header.centres.map(({ id, classIndex, set }) => [id, classIndex, set])).toEqual([
      [0, 0, 'foreground'],
      [2, 0, 'background'],
      [3, 1, 'foreground'],
    ]);
    expect(header.centres[0]).toMatchObject({
      size: 5,
      patches: [{ image: 'red-green', row: 1, column: 2, cosine: 0.75 }],
      runnerUp: { index: 1, name: 'green' },
    });
    expect(header.centres[0]?.p).toBeCloseTo(0.95, 6);
    const maps = scales[0];
    if (maps === undefined) throw new Error('no maps');
    const area = maps.height * maps.width;
    const at = (block: Float32Array, row: number, column: number) => block[row * area + column];
    // Column 0 is red, column 7 green; gain 4.
    expect(at(maps.cam, 0, 0)).toBeCloseTo(4, 5);
    expect(at(maps.cam, 1, 7)).toBeCloseTo(4, 5);
    expect(at(maps.cam, 0, 7)).toBe(0);
    expect(at(maps.similarity, 0, 0)).toBeCloseTo(1, 5);
    expect(at(maps.similarity, 1, 7)).toBeCloseTo(1, 5);
    expect(at(maps.similarity, 2, 7)).toBeCloseTo(Math.SQRT1_2, 5);
    expect(at(maps.similarity, 2, 0)).toBeCloseTo(0, 5);
  });

  it('of predicted classes have the same centres as of labelled ones', async () => {
    await study.writeBank();
    const labelled = await explain(study.image('blue-blue'));
    study.write({ dataset: { list: 'ImageSets/Segmentation/train.txt', images: 'JPEGImages' } });
    writeFileSync(join(study.folder, 'labels.json'), '{}');
    const predicted = await explain(study.image('blue-blue'));
    expect(predicted.header.classes[0]?.source).toBe('predicted');
    expect(predicted.header.centres).toEqual(labelled.header.centres);
    expect(predicted.scales).toEqual(labelled.scales);
  });

  it('of a data set leave out those of single centres: LPCAM is of their means, which follow the gates', async () => {
    await study.writeBank({
      centres: [
        centre(0, 'foreground', [2, 0, 0], 0.95),
        centre(0, 'foreground', [3, 1, 0], 0.92),
        centre(1, 'foreground', [0, 1, 0.2], 0.91),
        centre(0, 'background', [0, 5, 1], 0.2),
        centre(0, 'background', [0, 1, 3], 0.6),
      ],
    });
    const asked = (means: boolean) =>
      explainWhole(
        engine,
        {
          study: { file: study.file },
          image: study.image('red-green'),
          classes: null,
          deviceChoice: null,
          means,
        },
        new AbortController().signal,
      );
    const lpcams = ({ header, scales }: Explanation) =>
      classPrototypes(header).map(
        (one) => lpcamOf(header, scales, one, { size: 'highRes', plain: false }).map,
      );
    const maps = ({ scales }: Explanation) =>
      scales.map(({ similarity, height, width }) => similarity.length / (height * width));
    for (const [context, centres] of [
      [
        [0.05, 0.9],
        [5, 3],
      ],
      [
        [0.05, 0.5],
        [5, 3],
      ],
      [
        [0.7, 0.9],
        [5, 2],
      ],
    ] as const) {
      study.write({ gates: { class: 0.9, context: [...context] } });
      const [all, means] = [await asked(false), await asked(true)];
      expect([maps(all)[0], maps(means)[0]]).toEqual(centres);
      for (const [position, map] of lpcams(all).entries()) {
        const other = lpcams(means)[position] ?? new Float32Array();
        expect(Math.max(...map)).toBeGreaterThan(0.99);
        expect(Math.max(...map.map((value, i) => Math.abs(value - (other[i] ?? NaN))))).toBeLessThan(1e-6);
      }
    }
  });

  it('are CAMs only where there is no bank, and say so', async () => {
    const explanation = await explain(study.image('red-green'));
    expect(kinds(explanation)).toContain('no-bank');
    expect(explanation.header).toMatchObject({ bank: null, centres: [] });
    expect(explanation.scales[0]?.similarity.length).toBe(0);
  });

  it('say where the mirrored features lie off the image', async () => {
    const notice = (await explain(study.image('red-green'))).notices.find(
      ({ kind }) => kind === 'width-not-multiple-of-stride',
    );
    expect(notice?.message).toContain('At scale 1, 0.5 the width is no multiple of the stride, 4');
    study.write({ inference: { scales: [1], mirror: false } });
    expect(kinds(await explain(study.image('red-green')))).not.toContain('width-not-multiple-of-stride');
  });
});

describe('the bank', () => {
  const provenance = (scoring: string | undefined) => ({ ...unknownProvenance, scoring });

  it.each([
    ['of the same scoring, and one that does not say, keep their p', ['linear', undefined], 0.95],
    // 4 * (2, 0, 0) through the classifier.
    ['of another scoring is scored anew, and says so', ['own-label'], Math.exp(8) / (Math.exp(8) + 2)],
  ])('%s', async (_, scorings, p) => {
    for (const scoring of scorings) {
      await study.writeBank({ provenance: provenance(scoring) });
      const explanation = await explain(study.image('red-green'), ['red']);
      expect(explanation.header.centres[0]?.p).toBeCloseTo(p, 6);
      expect(explanation.header.bank?.scoring).toBe(scoring ?? null);
      expect(kinds(explanation).includes('bank-scored-anew')).toBe(scoring === 'own-label');
    }
  });

  it('of another checkpoint is used with a warning', async () => {
    await study.writeBank({
      provenance: { ...unknownProvenance, checkpointHash: 'ab'.repeat(32), checkpoint: 'old.onnx' },
    });
    const explanation = await explain(study.image('red-green'));
    expect(kinds(explanation)).toContain('bank-of-other-checkpoint');
    expect(explanation.header.bank?.matchesCheckpoint).toBe(false);
    expect(explanation.header.centres.length).toBe(3);
  });

  it('that does not fit the feature map leaves CAMs, and says why', async () => {
    await study.writeBank({ channels: 4, centres: [centre(0, 'foreground', [1, 0, 0, 0], 0.95)] });
    const explanation = await explain(study.image('red-green'));
    expect(explanation.header.bank).toBeNull();
    expect(explanation.notices.find(({ kind }) => kind === 'bank-of-other-checkpoint')?.message).toContain(
      'its centres have 4 channels, the feature map has 3',
    );
  });

  it('that cannot be read is an error that names it', async () => {
    const bank = join(study.folder, 'lpcam-bank.safetensors');
    writeFileSync(bank, 'no bank at all');
    await expect(explain(study.image('red-green'))).rejects.toThrow(bank);
  });
});

describe('limits', () => {
  it('a tiny image works at the scales that leave something of it', async () => {
    const dot = join(study.folder, 'dot.png');
    await sharp(Buffer.from([0, 255, 0]), { raw: { width: 1, height: 1, channels: 3 } })
      .png()
      .toFile(dot);
    await expect(explain(dot)).rejects.toThrow(/dot\.png \(1 x 1\) is too small for the network/);
    const small = join(study.folder, 'small.png');
    await sharp({ create: { width: 4, height: 4, channels: 3, background: 'lime' } })
      .png()
      .toFile(small);
    const explanation = await explain(small);
    expect(explanation.scales.map(({ scale }) => scale)).toEqual([1]);
    expect(explanation.notices.find(({ kind }) => kind === 'scale-left-out')?.message).toContain(
      'Scale 0.5 of small.png (2 x 2) was left out: it is too small for the network.',
    );
  });

  it('a scale that would be too large is left out; an image that is too large is refused', async () => {
    study.write({ inference: { scales: [1, 2], mirror: true } });
    engine = new Engine({ pixelLimit: imageWidth * imageHeight * 2 });
    const explanation = await explain(study.image('red-green'));
    expect(explanation.scales.map(({ scale }) => scale)).toEqual([1]);
    expect(explanation.notices.find(({ kind }) => kind === 'scale-left-out')?.message).toContain(
      'Scale 2 of red-green.png was left out',
    );
    engine = new Engine({ pixelLimit: 100 });
    await expect(explain(study.image('red-green'))).rejects.toThrow('is too large for the network: 34 x 24');
  });

  it('a network of fixed size gets the image resized, at scale 1 only, and says so', async () => {
    study.writeNetwork({ fixedSize: [16, 16] });
    const explanation = await explain(study.image('red-green'));
    expect(explanation.scales.map(({ scale, height, width }) => [scale, height, width])).toEqual([[1, 4, 4]]);
    expect(explanation.header.image.width).toBe(imageWidth);
    expect(explanation.notices.find(({ kind }) => kind === 'scale-left-out')?.message).toContain(
      'The network only takes 16 x 16 (height x width)',
    );
  });

  it('is cancelled between scales', async () => {
    const abort = new AbortController();
    const seen: number[] = [];
    const running = engine.explain(
      { study: { file: study.file }, image: study.image('red-green'), classes: null, deviceChoice: null },
      (event) => {
        if (event.type !== 'scale') return;
        seen.push(event.maps.scale);
        abort.abort();
      },
      abort.signal,
    );
    await expect(running).rejects.toThrow('aborted');
    expect(seen).toEqual([1]);
  });
});

describe('opening an image again', () => {
  it('costs no run of the network, until the image, the bank or the study changes', async () => {
    await study.writeBank();
    const image = study.image('red-green');
    const first = await explain(image);
    const again = await explain(image);
    expect(again.timings.network).toBe(0);
    expect(again.scales).toEqual(first.scales);
    expect(again.header).toEqual(first.header);

    utimesSync(image, new Date(), new Date(Date.now() + 5000));
    expect((await explain(image)).timings.network).toBeGreaterThan(0);
    await study.writeBank({ centres: [centre(0, 'foreground', [1, 1, 1], 0.5)] });
    expect((await explain(image)).header.centres.length).toBe(1);
    study.write({ inference: { scales: [1], mirror: true } });
    expect((await explain(image)).scales.length).toBe(1);
    study.writeNetwork({ gain: 8 });
    const changed = await explain(image);
    expect(changed.timings.network).toBeGreaterThan(0);
    expect(Math.max(...(changed.scales[0]?.cam ?? []))).toBeCloseTo(16, 3);
  });
});
