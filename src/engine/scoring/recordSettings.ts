/** The hyper-parameters behind seeds, by the names that the field's code gives them. */
import type { ScoreRecord } from '../../protocol/scoreRecord';
import type { SeedStage } from '../../protocol/score';
import type { ResolvedStudy } from '../study/resolvedStudy';
import type { SeedsManifest } from '../../protocol/seeds';

/** Those of the manifest that say something; the seeds' own. */
function ofManifest({ settings }: SeedsManifest): ScoreRecord['settings'] {
  const found: ScoreRecord['settings'] = {};
  for (const [name, value] of Object.entries(settings))
    if (value !== null && typeof value !== 'boolean') found[name] = value;
  return found;
}

/**
 * Those of the manifest, where one lies beside the seeds; else the study's, as far as they concern such seeds. The
 * threshold is the study's: soft seeds are scored at all of them.
 */
export function recordSettings(
  stage: SeedStage,
  { settings }: ResolvedStudy,
  manifest: SeedsManifest | null,
): ScoreRecord['settings'] {
  const { clustering, gates, inference, seeds } = settings;
  const scored = { cam_eval_thres: seeds.threshold };
  if (manifest !== null) return { ...scored, ...ofManifest(manifest) };
  if (stage !== 'cam' && stage !== 'lpcam') return scored;
  const maps = { ...scored, cam_scales: [...inference.scales] };
  if (stage === 'cam') return maps;
  const [context_thres_low, context_thres] = gates.context;
  return {
    ...maps,
    num_cluster: clustering.k,
    select_thres: clustering.split,
    tol: clustering.tolerance,
    class_thres: gates.class,
    context_thres,
    context_thres_low,
  };
}
