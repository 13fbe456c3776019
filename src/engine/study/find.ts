/**
 * Finds what a study leaves out, by the layouts people use: VOCdevkit, COCO 2014, IRN-style workspaces (`voc12/`,
 * `coco14/`, with the labels beside the lists). Looks at fixed names only; never walks a tree.
 */
import { existsSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { PresetName } from '../../lpcam/presets';
import type { SystemName } from '../../lpcam/systems';

/** Whose layout is looked for. */
export interface Layout {
  readonly preset: PresetName;
  readonly system: SystemName | null;
}

const insides: Readonly<Record<PresetName, readonly string[]>> = {
  voc: ['.', 'VOCdevkit/VOC2012', 'VOC2012', 'voc12'],
  coco: ['.', 'coco2014', 'coco14', 'coco', 'COCO'],
};
const holders = ['.', 'data', 'dataset', 'datasets'];

const imageFolders: Readonly<Record<PresetName, readonly string[]>> = {
  voc: ['JPEGImages', 'images'],
  coco: ['train2014', 'images/train2014', 'JPEGImages/train2014', 'JPEGImages', 'images'],
};
const lists: Readonly<Record<PresetName, readonly string[]>> = {
  voc: [
    'ImageSets/Segmentation/train.txt',
    'train.txt',
    'ImageSets/Segmentation/train_aug.txt',
    'train_aug.txt',
    'train_id.txt',
    'train_aug_id.txt',
    'ImageSets/Segmentation/trainaug.txt',
  ],
  coco: ['train.txt', 'train_id.txt', 'train2014.txt', 'ImageSets/Segmentation/train.txt'],
};
const labelFiles: Readonly<Record<PresetName, readonly string[]>> = {
  voc: ['cls_labels.npy', 'cls_labels_coco.npy', 'cls_labels.npz', 'labels.json', 'labels.csv'],
  coco: ['cls_labels_coco.npy', 'cls_labels.npy', 'cls_labels.npz', 'labels.json', 'labels.csv'],
};
const maskFolders: Readonly<Record<PresetName, readonly string[]>> = {
  voc: ['SegmentationClass', 'SegmentationClassAug', 'masks'],
  coco: ['mask/train2014', 'masks/train2014', 'SegmentationClass/train2014', 'SegmentationClass', 'masks'],
};
/** MCTformer keeps its lists in `img_list/`, also COCO's under this name: the names of its seeds come from there. */
const mctFormer = { inside: ['img_list'], lists: ['train_aug_id.txt', 'train_id.txt'] };
const systemLayouts: Readonly<Partial<Record<SystemName, typeof mctFormer>>> = {
  'mctformer-v2': mctFormer,
  'mctformer-plus': mctFormer,
};
const layoutOf = ({ system }: Layout) => (system === null ? undefined : systemLayouts[system]);
const classFiles = ['classes.txt', 'class_names.txt'];

export function isFile(path: string): boolean {
  return existsSync(path) && statSync(path).isFile();
}
export function isFolder(path: string): boolean {
  return existsSync(path) && statSync(path).isDirectory();
}

/** Where a data set may lie, seen from these folders; nearest first, each once. */
export function dataRoots(starts: readonly string[], layout: Layout): string[] {
  const inside = [...insides[layout.preset], ...(layoutOf(layout)?.inside ?? [])];
  const roots = starts.flatMap((start) =>
    holders.flatMap((holder) => inside.map((name) => resolve(start, holder, name))),
  );
  return [...new Set(roots)].filter(isFolder);
}

function first(
  roots: readonly string[],
  names: readonly string[],
  test: (path: string) => boolean,
): string | null {
  for (const root of roots) {
    const name = names.find((candidate) => test(join(root, candidate)));
    if (name !== undefined) return join(root, name);
  }
  return null;
}

export function findImages(roots: readonly string[], preset: PresetName): string | null {
  return first(roots, imageFolders[preset], isFolder);
}
export function findList(roots: readonly string[], layout: Layout): string | null {
  return first(roots, [...(layoutOf(layout)?.lists ?? []), ...lists[layout.preset]], isFile);
}
export function findLabels(roots: readonly string[], { preset }: Layout): string | null {
  return first(roots, labelFiles[preset], isFile);
}
/** VOC's augmented masks come first where the list is the augmented one. */
export function findMasks(roots: readonly string[], preset: PresetName, list: string | null): string | null {
  const augmented = /aug/i.test(list ?? '');
  const names = [...maskFolders[preset]];
  if (augmented) names.sort((one, other) => Number(/Aug$/.test(other)) - Number(/Aug$/.test(one)));
  return first(roots, names, isFolder);
}
export function findClasses(folders: readonly string[]): string | null {
  return first(folders, classFiles, isFile);
}

const partNames =
  /^(ImageSets|Segmentation|JPEGImages|SegmentationClass\w*|images|masks?|train2014|val2014)$/;

/** The folder a named part of a data set belongs to: `VOC2012` of `VOC2012/ImageSets/Segmentation/train.txt`. */
export function dataSetOf(path: string): string {
  let folder = isFolder(path) ? path : dirname(path);
  while (partNames.test(basename(folder))) folder = dirname(folder);
  return folder;
}
