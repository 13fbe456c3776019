/** Scored seeds as `lpcam evaluate` prints them: the scores, where each class's best lies, and what was scored. */
import type { Evaluation } from '../engine/evaluate';
import type { ScoreTotals } from '../engine/scoring/recordOf';
import { defaultTargets, suggestConfidence, type Suggestion } from '../lpcam/triage/confidence';
import { sweepScores, thresholdChoice } from '../lpcam/triage/thresholdChoice';
import type { ScoreFact } from '../protocol/score';
import { evaluationJson, evaluationText, percent } from './evaluateText';
import { tableText } from './table';

function figuresOf(scores: ScoreTotals) {
  const { first, classes, images, missing, totals } = scores;
  const swept = sweepScores(totals, first.sweep, true);
  const at = (place: number) => first.thresholds[place] ?? 0;
  const sweep = swept.entries.map(({ place, scores: found }) => ({ threshold: at(place), scores: found }));
  const [some] = sweep;
  if (some === undefined) throw new RangeError('no thresholds to score');
  const best = sweep[swept.entries.findIndex(({ place }) => place === swept.best)] ?? some;
  const evaluation: Evaluation = { images, missing, classes, sweep, best, dead: [] };
  const labels = ['background', ...classes];
  const classBest = labels.flatMap((name, label) => {
    const place = swept.bestOfLabel[label];
    const entry = swept.entries.find((one) => one.place === place);
    return place == null || entry === undefined
      ? []
      : [{ name, threshold: at(place), iou: percent(entry.scores.iou[label] ?? null) }];
  });
  const choice = thresholdChoice(first, swept.best ?? 0, swept.best);
  const facts: ScoreFact[] = [
    ...first.facts,
    { name: 'Threshold', text: choice.text, tone: choice.oracle ? 'warning' : 'plain' },
  ];
  const suggested = (suggestion: Suggestion | null) =>
    suggestion === null
      ? null
      : {
          threshold: at(suggestion.place),
          precision: percent(suggestion.precision),
          share: percent(suggestion.share),
          reached: suggestion.reached,
        };
  const { fg, bg, ignored } = suggestConfidence(totals, defaultTargets);
  const confidence = first.labelMaps
    ? null
    : { targets: defaultTargets, conf_fg: suggested(fg), conf_bg: suggested(bg), ignored: percent(ignored) };
  return { evaluation, classBest, facts, confidence };
}

/** What `--json` prints. Scores in percent; a class absent from seeds and masks has nulls. */
export function scoresJson(scores: ScoreTotals) {
  const { evaluation, classBest, facts, confidence } = figuresOf(scores);
  const { list, first, problems, record } = scores;
  return {
    ...evaluationJson(evaluation),
    class_best: Object.fromEntries(classBest.map(({ name, threshold, iou }) => [name, { threshold, iou }])),
    list,
    stage: first.stage,
    card: facts,
    confidence,
    problems,
    record,
  };
}

/** The card's lines; a warning begins with "!". */
function cardText(facts: readonly ScoreFact[]): string {
  const width = Math.max(...facts.map(({ name }) => name.length));
  return facts
    .map(({ name, text, tone }) => `${tone === 'warning' ? '!' : ' '} ${name.padEnd(width)}  ${text}`)
    .join('\n');
}

function confidenceText({ confidence }: ReturnType<typeof figuresOf>): string {
  if (confidence === null) return '';
  const line = (name: string, target: number, found: typeof confidence.conf_fg) => {
    if (found === null) return `  ${name}: no threshold tells`;
    const missed = found.reached ? '' : `; ${100 * target} % is never reached, this is the most precise`;
    return `  ${name} ${found.threshold}: right in ${found.precision?.toFixed(1) ?? '-'} % of its pixels, ${found.share?.toFixed(1) ?? '-'} % of all${missed}`;
  };
  const { targets, conf_fg, conf_bg, ignored } = confidence;
  return [
    `\n\nSuggested for IRN (cam_to_ir_label), from the masks of these images and before its CRF: the lowest threshold whose`,
    `foreground is right in ${100 * targets.fg} % of its pixels, the highest whose background is in ${100 * targets.bg} %. A suggestion, and an oracle.`,
    line('conf_fg_thres', targets.fg, conf_fg),
    line('conf_bg_thres', targets.bg, conf_bg),
    ...(ignored === null ? [] : [`  between them, ignored: ${ignored.toFixed(1)} %`]),
  ].join('\n');
}

export function scoresText(scores: ScoreTotals): string {
  const figures = figuresOf(scores);
  const { evaluation, classBest, facts } = figures;
  const best =
    evaluation.sweep.length < 2
      ? ''
      : `\n\nEach class's own best:\n\n${tableText(
          [{ title: 'class' }, { title: 'threshold', digits: 2 }, { title: 'IoU', digits: 2 }],
          classBest.map(({ name, threshold, iou }) => [name, threshold, iou]),
        )}`;
  return `${evaluationText(evaluation, null)}${best}${confidenceText(figures)}\n\nWhat was scored:\n\n${cardText(facts)}`;
}
