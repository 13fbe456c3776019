/** Tool `lpcam_explain_image`: what the image panel knows of an image. */
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as vscode from 'vscode';
import type { SeedIou } from '../../protocol/seedIou';
import { signalOf } from '../references/abort';
import type { KeptOverlay } from '../references/overlays';
import type { Found, ReferenceFinder } from '../references/referenceFinder';
import type { Studies } from '../study/studies';
import { studyFile, studyName } from '../study/studyReference';
import { untrusted } from '../trust';
import { meantStudy, workspacePath } from './meantStudy';
import { percentage, toolAnswer, toolError } from './toolAnswer';
import { checkedInput, explainImageInput } from './toolInput';

/** The seed file on disk, apart from the maps computed here. */
function toldSeed({ path, threshold, thresholdFrom, classes, problem }: SeedIou): object {
  return {
    path,
    threshold,
    thresholdFrom: thresholdFrom === 'best' ? 'best of its last score' : thresholdFrom,
    classes: classes.map(({ iou, ...rest }) => ({ ...rest, iouPercent: percentage(iou) })),
    problem,
  };
}

function told({ study, referred }: Found, { picture, figures }: KeptOverlay, seed: SeedIou | null): object {
  return {
    image: referred.image,
    id: referred.id,
    study: study && (studyFile(study) ?? studyName(study)),
    map: figures.map,
    seedThreshold: figures.threshold,
    classes: figures.classes.map(({ probability, lpcamIou, camIou, ...rest }) => ({
      ...rest,
      probability: Math.round(probability * 1e4) / 1e4,
      lpcamSeedIouPercent: percentage(lpcamIou),
      camSeedIouPercent: percentage(camIou),
    })),
    seedFile: seed && toldSeed(seed),
    mask: referred.mask,
    device: figures.device,
    notices: figures.notices,
    picture,
  };
}

export class ExplainImageTool implements vscode.LanguageModelTool<object> {
  constructor(
    private readonly studies: Studies,
    private readonly finder: ReferenceFinder,
  ) {}

  prepareInvocation({
    input,
  }: vscode.LanguageModelToolInvocationPrepareOptions<object>): vscode.PreparedToolInvocation {
    const { image, study } = checkedInput(explainImageInput, input, 'lpcam_explain_image');
    const by = study === undefined ? 'the current study' : study;
    return {
      invocationMessage: `Computing LPCAM of ${image}`,
      confirmationMessages: {
        title: 'Explain an image with LPCAM',
        message: `Run the checkpoint of ${by} on ${image}? Nothing in the workspace is changed.`,
      },
    };
  }

  async invoke(
    { input }: vscode.LanguageModelToolInvocationOptions<object>,
    token: vscode.CancellationToken,
  ): Promise<vscode.LanguageModelToolResult> {
    const { image, study: path } = checkedInput(explainImageInput, input, 'lpcam_explain_image');
    if (!vscode.workspace.isTrusted) throw toolError(untrusted);
    const study = await meantStudy(this.studies, path);
    const folder = 'file' in study ? dirname(study.file) : study.folder;
    const following = signalOf(token);
    try {
      const beside = vscode.Uri.file(join(folder, 'lpcam.json'));
      const outcome = await this.finder.findBy(study, beside, image, following.signal);
      if (!outcome.ok) throw toolError(outcome.failure);
      if (outcome.value.referred.image === null)
        throw new Error(
          `There is no image ${image}: neither an id of the study nor a file (looked for ${workspacePath(image)}).`,
        );
      const kept = await this.finder.known(outcome.value, following.signal);
      const computed = kept
        ? { ok: true as const, value: kept }
        : await this.finder.compute(outcome.value, following.signal);
      if (!computed.ok) throw toolError(computed.failure);
      const seed = await this.finder.seedIou(outcome.value, following.signal);
      return toolAnswer(told(outcome.value, computed.value, seed), await readFile(computed.value.picture));
    } finally {
      following.dispose();
    }
  }
}
