/** The views as the person reads them. */
import { viewRule } from './model/ruleWords';
import type { Scene } from './model/scene';
import type { ViewName } from './model/viewState';

export const viewLabels: Readonly<Record<ViewName, { readonly label: string; readonly title: string }>> = {
  image: { label: 'Image', title: 'The network’s input, without overlay' },
  cam: {
    label: 'CAM',
    title:
      'Class activation map: relu(W·F) of image and mirror, summed over scales, divided by its max + 1e-5',
  },
  class: { label: 'Class similarity', title: 'FG: mean cosine with the class prototypes that are on' },
  context: { label: 'Context similarity', title: 'BG: mean cosine with the context prototypes that are on' },
  lpcam: { label: 'LPCAM', title: 'relu(FG − BG), mean over scales, divided by its max' },
  suppression: {
    label: 'Suppression',
    title: 'What context took away: above the threshold with class prototypes alone, not above it in LPCAM',
  },
  seed: { label: 'Seed', title: 'Per pixel the largest of threshold and class maps, ties to the background' },
  seedFile: {
    label: 'Seed file',
    title: 'The seed that the study’s folder of seeds has of this image, at the panel’s threshold',
  },
  seedA: {
    label: 'Seed A',
    title: 'The seed of the image in the first of the two folders that are compared',
  },
  seedB: {
    label: 'Seed B',
    title: 'The seed of the image in the second of the two folders that are compared',
  },
  seedDifference: {
    label: 'B − A',
    title: 'What lies between seed A and seed B: blue where A has more, red where B has',
  },
  mask: { label: 'Mask', title: 'Ground truth; 255 is ignored' },
  prototype: { label: 'Prototype', title: 'Cosine with the selected prototype, mean over scales' },
};

/** What a view shows; CAM and LPCAM by the rule of the study's system where it has one. */
export function viewTitle(scene: Scene | null, view: ViewName): string {
  const { title } = viewLabels[view];
  const rule = scene && (view === 'cam' || view === 'lpcam') ? viewRule(scene, view) : null;
  return rule ?? title;
}
