import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Answer } from '../../../src/extension/panel/answer';
import { answerFingerprint } from '../../../src/extension/panel/answerFingerprint';
import { OpeningPictures } from '../../../src/extension/panel/openingPictures';
import { PanelPicture, type Occasion } from '../../../src/extension/panel/panelPicture';
import type { OpeningPicture } from '../../../src/protocol/openingPicture';
import { syntheticHeader, syntheticScale, syntheticTimings } from '../webview/syntheticExplanation';

const shown: OpeningPicture = {
  width: 700,
  height: 800,
  ratio: 1,
  panes: [
    {
      left: 0,
      top: 80,
      width: 350,
      height: 300,
      title: { text: 'CAM · boat', left: 8, top: 60 },
      bytes: new Uint8Array([137, 80, 78, 71]),
      type: 'image/png',
    },
  ],
};

let folder = '';
let occasion: Occasion;
let pictures: OpeningPictures;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lpcam-picture-'));
  for (const name of ['boat.jpg', 'lpcam.json', 'net.onnx', 'bank.safetensors'])
    writeFileSync(join(folder, name), name);
  const study = { file: join(folder, 'lpcam.json') };
  occasion = { image: join(folder, 'boat.jpg'), study, classes: null, choices: { deviceChoice: null } };
  pictures = new OpeningPictures(2 ** 20);
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** The engine's answer. @param threshold of the study */
function answer({ request = 1, threshold = 0.3, done = true } = {}): Answer {
  const made = syntheticHeader({});
  const header = {
    ...made,
    image: { ...made.image, path: occasion.image },
    settings: { ...made.settings, seeds: { ...made.settings.seeds, threshold } },
    checkpoint: { ...made.checkpoint, path: join(folder, 'net.onnx') },
    bank: made.bank && { ...made.bank, path: join(folder, 'bank.safetensors') },
    otherFiles: [join(folder, 'labels.json'), join(folder, 'mask.png')],
  };
  const { image, study } = occasion;
  const told = new Answer({
    type: 'opening',
    request,
    image,
    study: 'demo',
    reference: study,
    keep: false,
  });
  told.add({ type: 'header', request, header });
  told.add({ type: 'scale', request, maps: syntheticScale(header, 1) });
  const timings = { ...syntheticTimings, total: Math.random() };
  if (done) told.add({ type: 'done', request, timings, notices: [] });
  return told;
}

/** A panel that showed the image and is closed. */
async function shownOnce(): Promise<void> {
  const picture = new PanelPicture(
    pictures,
    () => occasion,
    () => undefined,
  );
  expect(picture.coming).toBeNull();
  picture.told(answer());
  await picture.keep(1, shown);
}

function opened(): { picture: PanelPicture; takenBack: () => boolean } {
  let taken = false;
  const picture = new PanelPicture(
    pictures,
    () => occasion,
    () => {
      taken = true;
    },
  );
  return { picture, takenBack: () => taken };
}

describe('A panel of an image that was open before', () => {
  it('opens with what the last one showed, and keeps it once the engine says the same', async () => {
    await shownOnce();
    const { picture, takenBack } = opened();
    expect(await picture.coming).toBe(shown);
    picture.told(answer({ request: 7 }));
    expect(takenBack()).toBe(false);
  });

  it('opens with it also where its own process was too busy to look at the files in time', async () => {
    await shownOnce();
    const { picture } = opened();
    // Long enough for the file system's answers, and for the panel's patience to be over.
    const until = performance.now() + 200;
    while (performance.now() < until);
    expect(await picture.coming).toBe(shown);
  });

  it.each(['boat.jpg', 'lpcam.json', 'net.onnx', 'bank.safetensors', 'labels.json', 'mask.png'])(
    'opens with nothing where %s has changed',
    async (name) => {
      await shownOnce();
      writeFileSync(join(folder, name), 'another');
      utimesSync(join(folder, name), 1, 1);
      expect(await opened().picture.coming).toBeNull();
    },
  );

  it('opens with nothing under other choices', async () => {
    await shownOnce();
    const { study } = occasion;
    const others: Partial<Occasion>[] = [
      { image: join(folder, 'other.jpg') },
      { study: { ...study, trial: { scales: [1] } } },
      { classes: ['boat', 'car'] },
      { choices: { deviceChoice: 'cpu' } },
    ];
    const before = occasion;
    for (const other of others) {
      occasion = { ...before, ...other };
      expect(opened().picture.coming).toBeNull();
    }
  });

  it('takes back what it opened with where the engine says something else', async () => {
    await shownOnce();
    const { picture, takenBack } = opened();
    expect(await picture.coming).toBe(shown);
    picture.told(answer({ threshold: 0.4 }));
    expect(takenBack()).toBe(true);
    expect(opened().picture.coming).toBeNull();
  });

  it('opens with nothing where it is told in time to show something else', async () => {
    await shownOnce();
    const { picture } = opened();
    picture.refuse();
    expect(await picture.coming).toBeNull();
  });

  it('keeps nothing of an older answer', async () => {
    const { picture } = opened();
    picture.told(answer({ request: 2 }));
    await picture.keep(1, shown);
    expect(pictures.bytes).toBe(0);
  });
});

describe('An answer’s fingerprint', () => {
  it('tells what decides the page, and neither the request nor how long it took', () => {
    expect(answerFingerprint(answer({ request: 1 }))).toBe(answerFingerprint(answer({ request: 2 })));
    expect(answerFingerprint(answer({ threshold: 0.31 }))).not.toBe(answerFingerprint(answer()));
  });

  it('takes a whole number for the same one that came out of a calculation', () => {
    const fingerprintAt = (scale: number) => {
      const told = answer({ done: false });
      const maps = { ...syntheticScale(syntheticHeader({}), 1), scale };
      told.add({ type: 'scale', request: 1, maps });
      told.add({ type: 'done', request: 1, timings: syntheticTimings, notices: [] });
      return answerFingerprint(told);
    };
    const written = fingerprintAt(1);
    const [calculated = 0] = new Float64Array([1]);
    expect(fingerprintAt(calculated)).toBe(written);
  });

  it('tells maps that differ in one value', () => {
    const other = answer();
    for (const message of other.replay()) if (message.type === 'scale') message.maps.cam[0] = 7;
    expect(answerFingerprint(other)).not.toBe(answerFingerprint(answer()));
  });

  it('is none before all maps are there', () => {
    expect(answerFingerprint(answer({ done: false }))).toBeNull();
  });
});
