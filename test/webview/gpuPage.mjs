/**
 * Runs in a browser's page, bundled by test/unit/webview/rasterGpu.test.ts: draws layers on the graphics card and on the
 * processor, and says how they differ.
 */
import { layerOf } from '../../src/webview/imagePanel/model/layer.ts';
import { outlineNamed } from '../../src/webview/imagePanel/model/outline.ts';
import { LayerBitmap } from '../../src/webview/shared/picture/bitmap.ts';
import { RasterGpu } from '../../src/webview/shared/picture/gpu/rasterGpu.ts';
import { tableOf } from '../../src/webview/shared/picture/colourTable.ts';
import { layerRasters } from '../../src/webview/shared/picture/layerRaster.ts';
import { syntheticHeader } from '../unit/webview/syntheticExplanation.ts';
import { testScene } from '../unit/webview/testScene.ts';

const faults = [];
let changes = 0;
const gpu = RasterGpu.create(
  true,
  () => changes++,
  (message) => faults.push(message),
);

function sceneOf({ choices, width, height, size, fused, mask, without = null }) {
  const fusion = fused ? { rule: 'v2', refined: false } : null;
  const header = syntheticHeader({ width, height, fusion, mask });
  const centres = header.centres.map((centre) =>
    centre.classIndex === without ? { ...centre, classIndex: -1 } : centre,
  );
  return testScene(choices, { header: { ...header, centres }, size });
}

function pixelsOf(source, width, height) {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d');
  if (!context) throw new Error('no canvas');
  context.drawImage(source, 0, 0);
  return context.getImageData(0, 0, width, height).data;
}

/** The shaders compile beside the page. */
async function ready() {
  if (!gpu) throw new Error('no WebGL2');
  const layer = layerOf(testScene(), 'cam');
  for (let i = 0; i < 200; i++) {
    if (gpu.draw(layer)) return gpu;
    await new Promise((done) => setTimeout(done, 50));
  }
  throw new Error(`WebGL2 draws nothing. ${faults.join(' ')}`);
}

const colourAt = (bytes, i) => `${bytes[i]} ${bytes[i + 1]} ${bytes[i + 2]}`;

/** Where each colour stands in a table: first and last, as neighbours may be the same. */
function placesOf(table) {
  const places = new Map();
  for (let i = 0; i < 256; i++) {
    const colour = colourAt(table, i * 3);
    places.set(colour, { first: places.get(colour)?.first ?? i, last: i });
  }
  return places;
}

/** How far apart two pixels' colours stand in the table; a colour that is not in it is infinitely far. */
function stepsBetween(places, found, expected, i) {
  const [a, b] = [found, expected].map((bytes) => places.get(colourAt(bytes, i)));
  if (!a || !b) return Infinity;
  return Math.max(0, a.first - b.last, b.first - a.last);
}

async function compare(one) {
  const scene = sceneOf(one);
  const layer = layerOf(scene, one.view);
  if (layer.kind === 'none') throw new Error('no layer');
  const { width, height } = layer;
  let drawn = null;
  for (let i = 0; i < 200 && !drawn; i++) {
    drawn = (await ready()).draw(layer);
    if (!drawn) await new Promise((done) => setTimeout(done, 50));
  }
  if (!drawn) throw new Error(`not drawn. ${faults.join(' ')}`);
  let different = 0;
  let coloured = 0;
  let steps = 0;
  const places = layer.kind === 'heat' ? placesOf(tableOf(layer.colourMap)) : null;
  for (const { name, fill } of layerRasters(layer)) {
    const expected = new Uint8ClampedArray(width * height * 4);
    fill(expected);
    const picture = drawn.get(name);
    if (!picture) throw new Error(`no ${name}`);
    const found = pixelsOf(picture, width, height);
    for (let i = 0; i < found.length; i += 4) {
      let most = 0;
      for (let c = 0; c < 4; c++) most = Math.max(most, Math.abs(found[i + c] - expected[i + c]));
      if (expected[i + 3] > 0) coloured++;
      if (most > 0) different++;
      if (most > 0 && places) steps = Math.max(steps, stepsBetween(places, found, expected, i));
    }
  }
  return { names: [...drawn.keys()], pixels: width * height, different, steps, coloured };
}

/** How many segments of a seed's outline both ways have, and how many only one. */
async function compareOutlines(one) {
  const card = await ready();
  const drawnSeed = sceneOf(one).drawnSeed('lpcam').recipe;
  const [competing = 0] = drawnSeed.labels;
  const made = () => card.bits(drawnSeed, competing) !== null;
  for (let i = 0; i < 200 && !made(); i++) await new Promise((done) => setTimeout(done, 50));
  if (!made()) throw new Error(`no bits. ${faults.join(' ')}`);
  const segments = (of) => {
    const flat = outlineNamed(sceneOf(one), 'lpcam', of).segments;
    return new Set(Array.from({ length: flat.length / 4 }, (_, i) => flat.slice(i * 4, i * 4 + 4).join()));
  };
  const [gpus, processors] = [segments(card), segments(null)];
  const both = [...gpus].filter((segment) => processors.has(segment)).length;
  return { both, single: gpus.size + processors.size - 2 * both };
}

/** What is drawn with before, without, and with the context again. */
async function loseContext() {
  const card = await ready();
  const layer = layerOf(testScene(), 'lpcam');
  if (layer.kind === 'none') throw new Error('no layer');
  const kinds = [];
  const note = () => {
    const bitmap = new LayerBitmap(() => card);
    bitmap.update(layer);
    kinds.push(bitmap.rasters.get('main')?.constructor.name ?? 'nothing');
  };
  const changed = async (least) => {
    for (let i = 0; i < 200 && changes < least; i++) await new Promise((done) => setTimeout(done, 25));
  };
  changes = 0;
  note();
  const lost = card.lose();
  await changed(1);
  note();
  lost?.restore();
  await changed(2);
  await ready();
  note();
  return { kinds, changes };
}

Object.assign(window, { gpuPage: { compare, compareOutlines, loseContext, faults } });
