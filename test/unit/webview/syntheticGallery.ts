/** A bank made of formulas, for the gallery's tests: two classes of three foreground and three background centres. */
import type { GalleryBank, GalleryCentre } from '../../../src/protocol/gallery';

type Bank = NonNullable<GalleryBank['bank']>;

const classNames = ['sea bird', 'boat', 'train'];

/** p(class) per class and set. */
const figures = {
  foreground: [0.99, 0.95, 0.3],
  background: [0.4, 0.01, 0.97],
};

export function galleryBank(changes: (centre: GalleryCentre) => Partial<GalleryCentre> = () => ({})): {
  readonly opened: GalleryBank;
  readonly bank: Bank;
} {
  const centres: GalleryCentre[] = [];
  const rows: number[][] = [];
  for (const classIndex of [0, 1]) {
    for (const set of ['foreground', 'background'] as const) {
      for (const [i, p] of figures[set].entries()) {
        const id = centres.length;
        const patches = [0, 1].map((n) => ({
          image: `image_${id}_${n}`,
          row: n,
          column: i,
          cosine: 0.9 - n / 10,
        }));
        const plain = { id, classIndex, set, size: 100 - id, spread: id / 100, mark: null, patches };
        centres.push({ ...plain, ...changes(plain) });
        const scores = [0, 0, (1 - p) * 0.75];
        scores[1 - classIndex] = (1 - p) * 0.25;
        scores[classIndex] = p;
        rows.push(scores);
      }
    }
  }
  const bank: Bank = {
    summary: {
      path: '/bank.safetensors',
      centres: centres.length,
      classes: 2,
      created: null,
      matchesCheckpoint: true,
      stale: null,
      alreadyGated: false,
      scoring: 'linear',
    },
    identity: 'one',
    readOnly: null,
    centres,
    scores: Float32Array.from(rows.flat()),
    clustering: null,
    device: null,
  };
  const gates: GalleryBank['gates'] = { class: 0.9, context: [0.05, 0.9] };
  const opened = { study: 'harbour', classNames, gates, stride: 16, bankPath: '/b', bank, notices: [] };
  return { opened, bank };
}
