/** Tool `lpcam_score_seeds`: the scores kept of a study's seeds. */
import type * as vscode from 'vscode';
import type { ScoreRecord } from '../../protocol/scoreRecord';
import type { EngineClient } from '../client/engineClient';
import { signalOf } from '../references/abort';
import type { Studies } from '../study/studies';
import { studyFile, studyName } from '../study/studyReference';
import { meantStudy } from './meantStudy';
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
    const { study } = checkedInput(scoreSeedsInput, input, 'lpcam_score_seeds');
    const by = study ?? 'the current study';
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
    const { study: path, count = usualCount } = checkedInput(scoreSeedsInput, input, 'lpcam_score_seeds');
    const study = await meantStudy(this.studies, path);
    const following = signalOf(token);
    try {
      const outcome = await this.reader.request(
        'scoreRecords',
        { study },
        { subject: studyName(study), signal: following.signal },
      );
      if (!outcome.ok) throw toolError(outcome.failure);
      const { records, notices } = outcome.value;
      return toolAnswer(
        {
          study: studyFile(study) ?? studyName(study),
          scores: records.slice(0, count).map(told),
          older: Math.max(0, records.length - count),
          ...(records.length === 0
            ? {
                hint: 'No score is kept yet: scoring the seeds of this study writes one into .lpcam/scores beside it.',
              }
            : {}),
          notices: notices.map(({ message }) => message),
        },
        null,
      );
    } finally {
      following.dispose();
    }
  }
}
