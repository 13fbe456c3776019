/** Which rule made a map, in words: what panels and the command line say of systems with a rule of their own. */
import type { MctFormerRule } from './mctFormer';

export interface MapRule {
  readonly rule: MctFormerRule;
  /** False: patch attention is not at hand, so LPCAM is not refined by it. */
  readonly refined: boolean;
}

const titles: Readonly<Record<MctFormerRule, string>> = { v2: 'MCTformer V2', plus: 'MCTformer+' };

/** The system a rule is of. */
export function ruleTitle(rule: MctFormerRule): string {
  return titles[rule];
}

/** How a rule makes a map of what the patches say. */
function made({ rule, refined }: MapRule, of: string): string {
  const product = rule === 'plus' ? `√(class attention × ${of})` : `class attention × ${of}`;
  return `${titles[rule]}: ${product}, ${refined ? 'refined by patch attention' : 'not refined by patch attention (too large)'}`;
}

/** E.g. "MCTformer V2: class attention × LPCAM of the patch tokens, refined by patch attention". */
export function lpcamRuleText(rule: MapRule): string {
  return made(rule, 'LPCAM of the patch tokens');
}

/** The system's own CAM; the engine refines it whatever the image's size. */
export function camRuleText({ rule }: MapRule): string {
  return made({ rule, refined: true }, 'patch CAM');
}

export const plainLpcamText = 'LPCAM of the patch tokens alone, without class and patch attention';
export const plainCamText = 'patch CAM alone, without class and patch attention';
