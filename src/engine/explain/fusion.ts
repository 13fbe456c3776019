/** What the study's system makes of an image's maps: the rule they follow (src/lpcam/mctFormer.ts), what is said of it. */
import type { MctFormerRule } from '../../lpcam/mctFormer';
import type { Notice } from '../../lpcam/notice';
import { systemFusion, systemTitle } from '../../lpcam/systems';
import type { CamNetwork } from '../../network/camNetwork';
import type { ResolvedStudy } from '../study/resolvedStudy';
import type { PlannedScale } from './plan';

export interface Fusion {
  readonly rule: MctFormerRule;
  /** False: the patch attention is larger than what asks for it takes. */
  readonly refined: boolean;
}

/** Bytes of a half. */
const halfBytes = 2;
const usualStride = 16;

/** The rule of the study's system, where its network has what the rule needs. */
export function fusionRule(
  { system }: Pick<ResolvedStudy, 'system'>,
  { attention }: Pick<CamNetwork, 'attention'>,
): MctFormerRule | null {
  return system === null || attention === null ? null : systemFusion(system.name);
}

/** Says that the study names a system whose rule its network cannot follow. */
export function fusionNotices(
  { system, checkpoint }: Pick<ResolvedStudy, 'system' | 'checkpoint'>,
  { attention }: Pick<CamNetwork, 'attention'>,
): Notice[] {
  if (system === null || attention !== null || systemFusion(system.name) === null) return [];
  const message =
    `The study's system is ${systemTitle(system.name)}, but its checkpoint gives no class and patch attention, so CAM ` +
    'and LPCAM are shown without them. Use its weights (.pth), or convert them again with "lpcam convert".';
  return [{ kind: 'study', message, file: checkpoint }];
}

/** Bytes of all scales' patch attention, as halves. */
function affinityBytes(scales: readonly PlannedScale[], mirror: boolean, stride: number): number {
  return scales.reduce((sum, { height, width }) => {
    const patches = Math.floor(height / stride) * Math.floor(width / stride);
    return sum + patches * patches * halfBytes * (mirror ? 2 : 1);
  }, 0);
}

/** @param limit bytes of patch attention that may be sent; undefined: all */
export function planFusion(
  study: Pick<ResolvedStudy, 'system' | 'settings'>,
  network: Pick<CamNetwork, 'attention' | 'origin'>,
  scales: readonly PlannedScale[],
  limit: number | undefined,
): Fusion | null {
  const rule = fusionRule(study, network);
  if (rule === null) return null;
  const bytes = affinityBytes(scales, study.settings.inference.mirror, network.origin?.stride ?? usualStride);
  return { rule, refined: limit === undefined || bytes <= limit };
}

/** Says that the LPCAM of an image is not refined. */
export function unrefinedNotice(fusion: Fusion | null, path: string): Notice[] {
  if (fusion === null || fusion.refined) return [];
  return [
    {
      kind: 'not-refined',
      message:
        'The image is large, and its patch-to-patch attention with it: LPCAM is shown times class attention, but not ' +
        'refined by patch attention. The CAM is. "lpcam explain" and "lpcam seeds" refine both.',
      file: path,
    },
  ];
}

/** Says that the seeds of a study of EDAM's kind are shown as LPCAM makes them. */
export function saliencyNotice({ dataset }: Pick<ResolvedStudy, 'dataset'>): Notice[] {
  if (dataset.saliency === null) return [];
  const message =
    'Seeds are shown here as they are made, before they are joined with the saliency maps that the study names; ' +
    '"lpcam evaluate" scores them joined.';
  return [{ kind: 'study', message, file: dataset.saliency }];
}
