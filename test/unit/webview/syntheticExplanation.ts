/**
 * An explanation made of formulas, for the panel's tests and its harness: a scene (320 x 236) with a boat-shaped mask,
 * two of six classes, twelve foreground and twelve background centres each, four scales, stride 16. Nothing random.
 */
import type { CentreInfo, ExplanationHeader, ScaleMaps, Timings } from '../../../src/protocol/explanation';
import { presets } from '../../../src/lpcam/presets';

const classNames = ['aeroplane', 'bird', 'boat', 'car', 'dog', 'train'];

interface Blob {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
}

/** 1 in the middle of a blob, falling to 0; coordinates are shares of the image. */
function glow({ x, y, radius }: Blob, atX: number, atY: number): number {
  return Math.exp(-((atX - x) ** 2 + (atY - y) ** 2) / (2 * radius ** 2));
}

/** Where each of a class's centres looks: foreground ones on the object, background ones along the water. */
function blobOf(classPosition: number, set: CentreInfo['set'], i: number): Blob {
  const shift = classPosition * 0.35;
  if (set === 'foreground') {
    return {
      x: 0.3 + shift + 0.05 * (i % 4),
      y: 0.42 + 0.06 * Math.floor(i / 4),
      radius: 0.07 + 0.01 * (i % 3),
    };
  }
  return { x: (0.1 + 0.08 * i) % 1, y: 0.78 + 0.03 * (i % 3), radius: 0.12 };
}

/** The label at a point of the image, in shares of its sides. */
function inside(x: number, y: number): number {
  if (((x - 0.36) / 0.2) ** 2 + ((y - 0.48) / 0.16) ** 2 < 1) return 3;
  if (((x - 0.74) / 0.13) ** 2 + ((y - 0.47) / 0.13) ** 2 < 1) return 5;
  return 0;
}

function centresOf(): CentreInfo[] {
  const centres: CentreInfo[] = [];
  for (const classIndex of [2, 4]) {
    for (const set of ['foreground', 'background'] as const) {
      for (let i = 0; i < 12; i++) {
        const p = set === 'foreground' ? 0.999 - i * i * 0.0028 : 0.97 - i * 0.085;
        centres.push({
          id: centres.length + 24,
          classIndex,
          set,
          p,
          runnerUp: { index: 5, name: 'train', p: (1 - p) * 0.7 },
          size: 4321 - i * 301,
          spread: 0.1 + i * 0.02,
          mark: null,
          patches: [0, 1, 2, 3].map((n) => ({
            image: `train_000${n}`,
            row: n,
            column: i,
            cosine: 0.95 - n * 0.01,
          })),
        });
      }
    }
  }
  return centres;
}

interface Options {
  /** False: no ground truth. */
  mask?: boolean;
  /** False: nothing was clustered yet. */
  bank?: boolean;
  /** The rule of MCTformer with attention made of formulas; absent: none. */
  fusion?: ExplanationHeader['fusion'];
  /** The image's size, 320 x 236 unless told. */
  width?: number;
  height?: number;
}

export function syntheticHeader(options: Options = {}): ExplanationHeader {
  const { width = 320, height = 236 } = options;
  const rgb = new Uint8Array(width * height * 3);
  const labels = new Uint8Array(width * height);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const at = row * width + column;
      const label = inside(column / width, row / height);
      labels[at] = row < 6 && column < 6 ? 255 : label;
      const water = row > height * 0.62;
      const wave = 12 * Math.sin(column / 7 + row / 3) + ((row * 7 + column * 13) % 11);
      const colour =
        label === 3 ? [170, 60, 50] : label === 5 ? [190, 180, 120] : water ? [50, 90, 150] : [150, 180, 215];
      rgb.set(
        colour.map((channel) => channel + wave),
        at * 3,
      );
    }
  }
  const centres = options.bank === false ? [] : centresOf();
  return {
    image: { path: '/demo/JPEGImages/val_0001.jpg', id: 'val_0001', width, height, rgb },
    mask: options.mask === false ? null : { path: '/demo/SegmentationClass/val_0001.png', labels },
    classNames,
    classes: [
      { index: 2, name: 'boat', source: 'label', logit: 6.12, probability: 0.998 },
      { index: 4, name: 'dog', source: 'label', logit: 1.43, probability: 0.807 },
    ],
    centres,
    alreadyGated: false,
    otherFiles: ['/demo/labels.json'],
    settings: presets.voc as unknown as ExplanationHeader['settings'],
    stride: 16,
    fusion: options.fusion ?? null,
    checkpoint: {
      path: '/demo/checkpoints/epoch_12.pth',
      hash: '5f'.repeat(32),
      ownHash: '5f'.repeat(32),
      followed: true,
      modified: Date.UTC(2026, 0, 1),
    },
    bank:
      options.bank === false
        ? null
        : {
            path: '/demo/.lpcam/bank.safetensors',
            centres: 144,
            classes: 6,
            created: '2026-01-01T00:00:00Z',
            matchesCheckpoint: true,
            stale: null,
            alreadyGated: false,
            scoring: 'linear',
          },
    device: {
      asked: 'auto',
      inUse: 'cpu',
      precision: 'full',
      reason: 'No other device is usable.',
      fallback: false,
      probes: [],
    },
    notices:
      options.bank === false
        ? [{ kind: 'no-bank', message: 'The study has no prototype bank yet, so there is only a CAM.' }]
        : [],
  };
}

/** Maps of one scale for `syntheticHeader`. */
export function syntheticScale(header: ExplanationHeader, scale: number): ScaleMaps {
  const { height, width } = header.image;
  const mapHeight = Math.ceil(Math.round(height * scale) / 16);
  const mapWidth = Math.ceil(Math.round(width * scale) / 16);
  const area = mapHeight * mapWidth;
  const fill = (value: (x: number, y: number) => number) =>
    Float32Array.from({ length: area }, (_, i) =>
      value(((i % mapWidth) + 0.5) / mapWidth, (Math.floor(i / mapWidth) + 0.5) / mapHeight),
    );
  const cam = new Float32Array(header.classes.length * area);
  header.classes.forEach((_, n) => {
    const head = { x: 0.27 + n * 0.4, y: 0.42, radius: 0.09 };
    cam.set(
      fill((x, y) => 9 * glow(head, x, y)),
      n * area,
    );
  });
  const similarity = new Float32Array(header.centres.length * area);
  header.centres.forEach((centre, p) => {
    const position = header.classes.findIndex((one) => one.index === centre.classIndex);
    const blob = blobOf(position, centre.set, p % 12);
    const water = (y: number) => (centre.set === 'background' ? 0.25 : 0.2) * (y > 0.62 ? 1 : 0);
    similarity.set(
      fill((x, y) => 0.15 + 0.55 * glow(blob, x, y) + water(y)),
      p * area,
    );
  });
  const maps = { scale, height: mapHeight, width: mapWidth, cam, similarity };
  return { ...maps, fusion: header.fusion && syntheticFusion(header, maps, header.fusion.refined) };
}

/** Bits of a positive half below 2, cut off rather than rounded. */
function halfOf(value: number): number {
  if (value < 2 ** -14) return Math.floor(value * 2 ** 24);
  const exponent = Math.floor(Math.log2(value));
  return ((exponent + 15) << 10) | Math.floor((value / 2 ** exponent - 1) * 1024);
}

/** Two views that see the same, the second mirrored; attention to the class's blob, and of patches to their neighbours. */
function syntheticFusion(
  header: ExplanationHeader,
  { height, width, cam, similarity }: Omit<ScaleMaps, 'fusion'>,
  refined: boolean,
): ScaleMaps['fusion'] {
  const area = height * width;
  const mirrored = (block: Float32Array) =>
    block.map((_, i) => {
      const column = i % width;
      return block[i - column + width - 1 - column] as number;
    });
  const both = (block: Float32Array) => {
    const views = new Float32Array(block.length * 2);
    views.set(block);
    views.set(mirrored(block), block.length);
    return views;
  };
  const attention = cam.map((value) => 0.01 + value / 100);
  const affinity = new Uint16Array(2 * area * area);
  for (let query = 0; query < area; query++)
    for (let key = 0; key < area; key++) {
      const down = Math.floor(query / width) - Math.floor(key / width);
      const right = (query % width) - (key % width);
      const bits = halfOf(Math.exp(-(down * down + right * right) / 4) / 13);
      affinity[query * area + key] = bits;
      affinity[area * area + query * area + key] = bits;
    }
  return {
    cam: cam.map((value, i) => value * (attention[i] as number)),
    attention: both(attention),
    similarity: header.centres.length === 0 ? new Float32Array(0) : both(similarity),
    affinity: refined && header.centres.length > 0 ? affinity : null,
  };
}

export const syntheticTimings: Timings = { decode: 8, resize: 21, network: 640, firstMap: 212, total: 731 };
