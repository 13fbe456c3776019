/**
 * The parts of what is shown that a worker makes, one at a time: every count and score, and of a large image also the
 * pictures at its size.
 */
import * as z from 'zod';
import { outlineNames, type OutlineName } from '../model/outline';
import { isComparisonView } from '../model/panes';
import type { Scene } from '../model/scene';
import { viewNames, type ViewName } from '../model/viewState';

const sourceSchema = z.enum(['lpcam', 'cam']);
const talliedSchema = z.enum(['seed', 'suppression']);
/** Views whose legend counts pixels. */
export type TalliedView = z.infer<typeof talliedSchema>;

export function isTallied(view: ViewName): view is TalliedView {
  return view === 'seed' || view === 'suppression';
}

export const partSchema = z.discriminatedUnion('kind', [
  /** A source's seed against the mask. */
  z.object({ kind: z.literal('figures'), source: sourceSchema }),
  /** A view's layer. */
  z.object({ kind: z.literal('layer'), view: z.enum(viewNames) }),
  z.object({ kind: z.literal('outline'), name: z.enum(['mask', 'lpcam', 'cam']) }),
  /** How many pixels are what in a view. */
  z.object({ kind: z.literal('tally'), view: talliedSchema }),
  z.object({ kind: z.literal('curve'), source: sourceSchema }),
]);
export type Part = z.infer<typeof partSchema>;

/** The parts that are needed to show these views exactly, the most wanted first. */
export function partsOf(scene: Scene, views: readonly ViewName[]): readonly Part[] {
  if (!scene.hasMaps) return [];
  const shown = views.filter((view) => scene.unavailable(view) === null);
  // Seed files are exact as they are.
  const drawn = shown.filter((view) => view !== 'image' && view !== 'seedFile' && !isComparisonView(view));
  const outlines = [...new Set<OutlineName>(shown.flatMap((view) => outlineNames(scene, view)))];
  const reduced = scene.size !== 'highRes';
  const sources = scene.position < 0 ? [] : scene.seedSources;
  return [
    ...sources.map((source): Part => ({ kind: 'figures', source })),
    ...shown.filter(isTallied).map((view): Part => ({ kind: 'tally', view })),
    ...(reduced ? drawn.map((view): Part => ({ kind: 'layer', view })) : []),
    ...(reduced ? outlines.map((name): Part => ({ kind: 'outline', name })) : []),
    ...(scene.header.mask ? sources.map((source): Part => ({ kind: 'curve', source })) : []),
  ];
}

/** Names everything that a part of a scene depends on: equal for equal parts of one image and one number of scales. */
export function partKey(scene: Scene, part: Part): string {
  return `${scene.ruleKey} ${keyUnderRule(scene, part)}`;
}

function keyUnderRule(scene: Scene, part: Part): string {
  const { position, threshold } = scene;
  switch (part.kind) {
    case 'figures':
      return `figures ${part.source} ${position} ${scene.seedKey(part.source)} ${threshold}`;
    case 'curve':
      return `curve ${part.source} ${position} ${scene.seedKey(part.source)}`;
    case 'outline':
      return part.name === 'mask'
        ? `outline mask ${position}`
        : `outline ${part.name} ${position} ${scene.seedKey(part.name)} ${threshold}`;
    case 'tally':
      return `tally ${part.view} ${layerKey(scene, part.view)}`;
    case 'layer':
      return `layer ${part.view} ${layerKey(scene, part.view)}`;
  }
}

function layerKey(scene: Scene, view: ViewName): string {
  const { position, threshold } = scene;
  const { colourMap, range, selected } = scene.view;
  switch (view) {
    case 'image':
    case 'mask':
    case 'seedFile':
    case 'seedA':
    case 'seedB':
    case 'seedDifference':
      return '';
    case 'seed':
      return `${scene.seedFrom} ${scene.seedKey(scene.seedFrom)} ${threshold}`;
    case 'suppression':
      return `${position} ${scene.selectionKey(position)} ${threshold}`;
    case 'cam':
      return `${position} ${colourMap}`;
    case 'lpcam':
      return `${position} ${scene.selectionKey(position)} ${colourMap}`;
    case 'prototype':
      return `${selected ?? ''} ${colourMap} ${range}`;
    case 'class':
    case 'context':
      return `${position} ${scene.selectionKey(position)} ${colourMap} ${range}`;
  }
}
