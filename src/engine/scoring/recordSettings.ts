/** The hyper-parameters behind seeds, by the names that the field's code gives them. */
import type { ScoreRecord } from '../../protocol/scoreRecord';
import type { SeedStage } from '../../protocol/score';
import type { ResolvedStudy } from '../study/resolvedStudy';
import type { SeedsManifest } from './seedsManifest';

/**
 * Those of the manifest, where one lies beside the seeds; else the study's, as far as they concern such seeds. The
 * threshold is always the study's: seeds are scored at all of them.
 */
export function recordSettings(
  stage: SeedStage,
  { settings }: ResolvedStudy,
  manifest: SeedsManifest | null,
): ScoreRecord['settings'] {
  const { clustering, inference, seeds } = settings;
  const gates = manifest?.gates ?? settings.gates;
  const [low, high] = gates.context;
  const scored = { cam_eval_thres: seeds.threshold };
  if (stage !== 'cam' && stage !== 'lpcam') return { ...scored, ...manifest?.settings };
  const maps = { cam_scales: [...(manifest?.scales ?? inference.scales)] };
  const prototypes =
    stage === 'cam'
      ? {}
      : {
          num_cluster: clustering.k,
          select_thres: clustering.split,
          tol: clustering.tolerance,
          class_thres: gates.class,
          context_thres: high,
          context_thres_low: low,
        };
  return { ...scored, ...maps, ...prototypes, ...manifest?.settings };
}
