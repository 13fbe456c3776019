/** What the panel says of the rule that made a view's map; only of studies whose system has one. */
import { camRuleText, lpcamRuleText, plainCamText, plainLpcamText } from '../../../lpcam/ruleText';
import type { Scene, SeedSource } from './scene';
import type { ViewName } from './viewState';

/** Whose maps a view is made of; null: of neither. */
function sourceOf(scene: Scene, view: ViewName): SeedSource | null {
  if (view === 'seed') return scene.seedFrom;
  if (view === 'suppression') return 'lpcam';
  return view === 'cam' || view === 'lpcam' ? view : null;
}

/** The rule behind a source's maps, in words; null where the study's system has none of its own. */
export function ruleWords(scene: Scene, source: SeedSource): string | null {
  if (scene.header.fusion === null) return null;
  const { rule } = scene.maps;
  if (rule === null) return source === 'cam' ? plainCamText : plainLpcamText;
  return source === 'cam' ? camRuleText(rule) : lpcamRuleText(rule);
}

/** The same for a view; null also where it shows neither CAM nor LPCAM. */
export function viewRule(scene: Scene, view: ViewName): string | null {
  const source = sourceOf(scene, view);
  return source === null ? null : ruleWords(scene, source);
}
