/** The figures as text to paste into a spreadsheet or a lab book: tab-separated, one table. */
import { percent } from './figureText';
import type { SeedFigures } from './figures';
import { ruleWords } from './ruleWords';
import type { Scene } from './scene';

const columns = [
  'image',
  'class',
  'source',
  'threshold',
  'IoU %',
  'FP %',
  'FN %',
  'precision %',
  'recall %',
  'seed pixels',
  'mask pixels',
  'intersection pixels',
  'union pixels',
  'image mIoU %',
  'image FP %',
  'image FN %',
  'class prototypes',
  'context prototypes',
  'rule',
  'scales',
];

/** A header line and one line per source. Figures without ground truth are empty fields. */
export function figuresSheet(scene: Scene, figures: readonly SeedFigures[]): string {
  const { header, explanation } = scene;
  const name = header.image.id ?? header.image.path;
  const ids = (rows: readonly number[]) => rows.map((row) => header.centres[row]?.id ?? '').join(' ');
  const lines = figures.map(({ source, pixels, counts, image }) => {
    const score = (fraction: number | null | undefined) =>
      fraction === null || fraction === undefined ? '' : percent(fraction);
    const lpcam = source === 'lpcam';
    return [
      name,
      scene.activeClass?.name ?? '',
      lpcam ? 'LPCAM' : 'CAM',
      scene.threshold,
      score(counts?.iou),
      score(counts?.fp),
      score(counts?.fn),
      score(counts?.precision),
      score(counts?.recall),
      pixels,
      counts?.truth ?? '',
      counts?.intersection ?? '',
      counts?.union ?? '',
      score(image?.miou),
      score(image?.fp),
      score(image?.fn),
      lpcam ? ids(scene.active.classRows) : '',
      lpcam ? ids(scene.active.contextRows) : '',
      ruleWords(scene, source) ?? '',
      explanation.scales.map((maps) => maps.scale).join(' '),
    ];
  });
  return [columns, ...lines].map((line) => line.map(plain).join('\t')).join('\n') + '\n';
}

/** A tab or line break inside a field would shift the table. */
function plain(field: string | number): string {
  return String(field).replace(/[\t\r\n]+/g, ' ');
}
