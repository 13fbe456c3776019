/** The table that `npm start` ends with: how good the seeds of CAM and LPCAM are, class by class. */

/**
 * What `lpcam evaluate --json` prints, as far as the table shows it. Scores in percent; null where a class is
 * in no seed and no mask.
 * @typedef {object} Evaluation
 * @property {number} images
 * @property {{threshold: number, miou: number}} best
 * @property {{threshold: number, miou: number, fp: number, fn: number}[]} sweep
 * @property {Record<string, {iou: number | null, fp: number | null, fn: number | null}>} classes
 */

/** @param {number | null | undefined} score @returns {string} */
const cell = (score) => (typeof score === 'number' ? score.toFixed(2) : '-');

/**
 * The three figures of each row: its class's, or in the end the mean of all.
 * @param {Evaluation} evaluation
 * @returns {Map<string, string[]>}
 */
function rows({ best, sweep, classes }) {
  const found = new Map(
    Object.entries(classes).map(([name, { iou, fp, fn }]) => [name, [iou, fp, fn].map(cell)]),
  );
  const atBest = sweep.find(({ threshold }) => threshold === best.threshold);
  found.set('mean', [best.miou, atBest?.fp, atBest?.fn].map(cell));
  return found;
}

/**
 * One row a class and the mean, one group of columns a method. FP and FN are means over the foreground
 * classes, as in the published evaluation; the mean IoU counts the background too.
 * @param {Record<string, Evaluation>} evaluations by the method's name
 * @returns {string}
 */
export function scoreTable(evaluations) {
  const methods = Object.entries(evaluations).map(([name, evaluation]) => ({
    name,
    evaluation,
    rows: rows(evaluation),
  }));
  const labels = [...new Set(methods.flatMap((method) => [...method.rows.keys()]))];
  const first = Math.max(...labels.map((label) => label.length));
  const width = 7;
  /** @param {string} label @param {string[][]} groups */
  const line = (label, groups) =>
    [label.padEnd(first), ...groups.map((group) => group.map((text) => text.padStart(width)).join(''))].join(
      '  ',
    );
  const rule = '-'.repeat(
    line(
      '',
      methods.map(() => ['', '', '']),
    ).length,
  );
  return [
    line(
      '',
      methods.map(({ name }) => [name, '', '']),
    ).trimEnd(),
    line(
      'class',
      methods.map(() => ['IoU', 'FP', 'FN']),
    ),
    rule,
    ...labels.flatMap((label) => {
      const row = line(
        label,
        methods.map((method) => method.rows.get(label) ?? ['-', '-', '-']),
      );
      return label === 'mean' ? [rule, row] : [row];
    }),
    '',
    ...methods.map(
      ({ name, evaluation: { best, images } }) =>
        `${name.padEnd(5)}  mIoU ${cell(best.miou)} % at its best threshold ${best.threshold.toFixed(2)} (${images} images)`,
    ),
  ].join('\n');
}
