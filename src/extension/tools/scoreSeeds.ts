/** Tool `lpcam_score_seeds`: the score of a folder of seeds, or those kept of a study's seeds. */
import { basename, join } from 'node:path';
import type * as vscode from 'vscode';
import type { ScoreRecord } from '../../protocol/scoreRecord';
import type { StudyReference } from '../../protocol/study';
import type { EngineClient } from '../client/engineClient';
import { signalOf } from '../references/abort';
import type { Studies } from '../study/studies';
import { studyFile, studyName } from '../study/studyReference';
import { freshScore } from './freshScore';
import { meantStudy, workspacePath } from './meantStudy';
import { percentage, toolAnswer, toolError } from './toolAnswer';
import { checkedInput, scoreSeedsInput } from './toolInput';

const usualCount = 5;

function told({
  when,
  seeds,
  kind,
  list,
  checkpoint,
  settings,
  sweep,
  best,
  withMasks,
}: ScoreRecord): object {
  return {
    when,
    seeds,
    kind,
    list,
    checkpoint,
    settings,
    withMasks,
    best: best && { threshold: best.threshold, miouPercent: percentage(best.miou) },
    sweep: sweep.map(({ threshold, miou, fp, fn }) => ({
      threshold,
      miouPercent: percentage(miou),
      fpPercent: percentage(fp),
      fnPercent: percentage(fn),
    })),
  };
}

export class ScoreSeedsTool implements vscode.LanguageModelTool<object> {
  constructor(
    private readonly studies: Studies,
    private readonly reader: EngineClient,
  ) {}

  prepareInvocation({
    input,
  }: vscode.LanguageModelToolInvocationPrepareOptions<object>): vscode.PreparedToolInvocation {
    const { study, folder } = checkedInput(scoreSeedsInput, input, 'lpcam_score_seeds');
    const by = study ?? 'the current study';
    if (folder !== undefined)
      return {
        invocationMessage: `Scoring the seeds in ${folder}`,
        confirmationMessages: {
          title: 'Score seeds',
          message: `Score the seeds in ${folder} against the masks of ${study ?? 'their study'}? Nothing is written.`,
        },
      };
    return {
      invocationMessage: `Reading the seed scores of ${by}`,
      confirmationMessages: {
        title: 'Read seed scores',
        message: `Read the scores that are kept beside ${by}? Nothing is computed.`,
      },
    };
  }

  async invoke(
    { input }: vscode.LanguageModelToolInvocationOptions<object>,
    token: vscode.CancellationToken,
  ): Promise<vscode.LanguageModelToolResult> {
    const { study, folder, count } = checkedInput(scoreSeedsInput, input, 'lpcam_score_seeds');
    const following = signalOf(token);
    try {
      return folder === undefined
        ? await this.#kept(await meantStudy(this.studies, study), count ?? usualCount, following.signal)
        : await this.#fresh(workspacePath(folder), study, following.signal);
    } finally {
      following.dispose();
    }
  }

  async #fresh(folder: string, path: string | undefined, signal: AbortSignal) {
    await this.studies.known;
    const study =
      path === undefined
        ? await this.studies.of(join(folder, 'seeds'))
        : await meantStudy(this.studies, path);
    const outcome = await this.reader.request(
      'scoreSeeds',
      { study, seeds: [folder], masks: null, list: 'auto', keep: false },
      { subject: basename(folder), signal },
    );
    if (!outcome.ok) throw toolError(outcome.failure);
    return toolAnswer(freshScore(outcome.value), null);
  }

  async #kept(study: StudyReference, count: number, signal: AbortSignal) {
    const outcome = await this.reader.request(
      'scoreRecords',
      { study },
      { subject: studyName(study), signal },
    );
    if (!outcome.ok) throw toolError(outcome.failure);
    const { records, notices } = outcome.value;
    const hint =
      'No score is kept yet. Send `folder` to score one now; "LPCAM: Score Seeds" keeps its scores in .lpcam/scores beside the study.';
    return toolAnswer(
      {
        study: studyFile(study) ?? studyName(study),
        scores: records.slice(0, count).map(told),
        older: Math.max(0, records.length - count),
        ...(records.length === 0 ? { hint } : {}),
        notices: notices.map(({ message }) => message),
      },
      null,
    );
  }
}
