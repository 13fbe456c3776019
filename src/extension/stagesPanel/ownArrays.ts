/** Arrays of the stages, each in a buffer of its own for the page. */
import type { ComputedStages, StageStrip } from '../../protocol/stages';
import { own } from '../panel/ownBuffers';

export function ownStrip(strip: StageStrip): StageStrip {
  const stages = strip.stages.map((stage) => {
    const { content } = stage;
    if (content === null) return stage;
    if (content.kind === 'labels') return { ...stage, content: { ...content, labels: own(content.labels) } };
    const { maps, background } = content;
    return {
      ...stage,
      content: { ...content, maps: maps.map(own), background: background && own(background) },
    };
  });
  return { ...strip, encoded: own(strip.encoded), stages };
}

export function ownComputed(computed: ComputedStages): ComputedStages {
  const { cam, lpcam } = computed;
  return { ...computed, cam: cam.map(own), lpcam: lpcam && lpcam.map(own) };
}
