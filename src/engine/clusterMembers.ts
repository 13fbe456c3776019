/**
 * Gives the clusters of a `cluster_result/` folder their patches back without their features: a row's place in
 * `cluster_ids_x*_N.pt` tells its image and position, because the published code appends, for every image of the list that
 * is labelled N, the positions on one side of its CAM row by row.
 */
import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { readSeedMaps } from '../formats/readSeed';
import type { CentreSet, Patch, PrototypeBank } from '../lpcam/bank';
import { InputError } from '../lpcam/inputError';
import { resizeNearest } from '../lpcam/nearest';
import { clusterIds, clusterPaths, type ClusterPaths } from './clusterFolder';
import { pause } from './pause';
import { seedFilePath } from './seedFilePath';
import { isFolder } from './study/find';
import type { ResolvedStudy } from './study/resolvedStudy';

const patchLimits = { perCentre: 8, perImage: 2 };
/** Positions closer than this in one image show the same picture. */
const apart = 3;
/** Rows of the same cluster are counted this far around a position. */
const around = 2;

/** Rows of one class and set, and how far they were told back. */
interface Rows extends ClusterPaths {
  readonly ids: string;
  readonly numbers: Int32Array;
  /** Rows that the CAMs so far gave, of how many images. */
  count: number;
  images: number;
  /** Per centre: what each image has of it. */
  readonly parts: ImagePart[][];
}

/** What one image has of a cluster. */
interface ImagePart {
  readonly image: string;
  readonly rows: number;
  /** The best of them, [row, column], amid most rows of the same cluster first. */
  readonly places: readonly (readonly [row: number, column: number])[];
}

/** Where the CAMs that the rows were split by may lie, seen from the folder of clusters. */
function camFolder(path: string): string {
  const folder = dirname(path);
  const candidates = [
    join(dirname(folder), 'cam_mask'),
    join(folder, 'cam_mask'),
    join(dirname(folder), 'result', 'cam'),
  ];
  const found = candidates.find(isFolder);
  if (found === undefined)
    throw new InputError(
      `The clusters of ${folder} show no patches: the CAMs they were split by are needed, in ${candidates.join(' or ')}.`,
      { file: path },
    );
  return found;
}

/** CAM of one class at the feature map's size. */
interface Cam {
  readonly height: number;
  readonly width: number;
  readonly data: Float32Array;
}

/** @returns by class, at the size of the feature map at scale 1 */
async function camsOf(
  file: string,
  classes: readonly number[],
  stride: number,
): Promise<ReadonlyMap<number, Cam>> {
  const bytes = await readFile(file).catch((error: unknown) => {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new InputError(
      `${file} ${missing ? 'does not exist' : `cannot be read (${String(error)})`}: without the CAM of every labelled image, ` +
        'cluster rows cannot be told back.',
      { file },
    );
  });
  const { keys, highRes } = readSeedMaps(bytes, file);
  return new Map(
    classes.flatMap((classIndex) => {
      const map = highRes[keys.indexOf(classIndex)];
      // The published code passes over a CAM without the class, too.
      if (map === undefined) return [];
      const height = Math.ceil(map.height / stride);
      const width = Math.ceil(map.width / stride);
      const data = resizeNearest(map.data, map.height, map.width, height, width);
      return [[classIndex, { height, width, data }] as const];
    }),
  );
}

/** Which positions of a CAM became rows, in their order. */
function positionsOf({ data }: Cam, set: CentreSet, split: number): number[] {
  const limit = Math.fround(split);
  const positions: number[] = [];
  data.forEach((value, position) => {
    if (set === 'foreground' ? value > limit : value < limit) positions.push(position);
  });
  return positions;
}

/** The positions of one cluster in one image that lie amid most of it, apart from each other. */
function bestPlaces(positions: readonly number[], width: number): ImagePart['places'] {
  const places = positions.map((position) => [Math.floor(position / width), position % width] as const);
  const near =
    ([row, column]: readonly [number, number], far: number) =>
    ([otherRow, otherColumn]: readonly [number, number]) =>
      Math.abs(row - otherRow) < far && Math.abs(column - otherColumn) < far;
  const ranked = places
    .map((place) => ({ place, amid: places.filter(near(place, around + 1)).length }))
    .sort((a, b) => b.amid - a.amid);
  const best: (readonly [number, number])[] = [];
  for (const { place } of ranked) {
    if (best.length === patchLimits.perImage) break;
    if (!best.some(near(place, apart))) best.push(place);
  }
  return best;
}

function take(rows: Rows, image: string, cam: Cam, split: number): void {
  const positions = positionsOf(cam, rows.set, split);
  const members = new Map<number, number[]>();
  positions.forEach((position, i) => {
    const id = rows.numbers[rows.count + i];
    if (id === undefined) return;
    const own = members.get(id);
    if (own) own.push(position);
    else members.set(id, [position]);
  });
  for (const [id, own] of members)
    rows.parts[id]?.push({ image, rows: own.length, places: bestPlaces(own, cam.width) });
  rows.count += positions.length;
}

/** Images that hold most of the cluster first; a second place of an image only when every image had its first. */
function patchesOf(parts: readonly ImagePart[]): Patch[] {
  const ranked = [...parts].sort((a, b) => b.rows - a.rows);
  const patches: Patch[] = [];
  for (let turn = 0; turn < patchLimits.perImage; turn++)
    for (const { image, places } of ranked) {
      const place = places[turn];
      if (place === undefined || patches.length === patchLimits.perCentre) continue;
      patches.push({ image, row: place[0], column: place[1], cosine: null });
    }
  return patches;
}

function checkCount(rows: Rows, study: ResolvedStudy, split: number, cams: string): void {
  const { numbers, count, set, classIndex, ids } = rows;
  if (count === numbers.length) return;
  throw new InputError(
    `${basename(ids)} numbers ${numbers.length} rows, but the CAMs of ${cams} have ${count} positions ` +
      `${set === 'foreground' ? 'above' : 'below'} ${split} in the ${rows.images} images of ${study.dataset.list ?? 'the list'} ` +
      `labelled ${study.classes?.[classIndex] ?? classIndex}: they come from another list, other labels, CAMs or another stride. ` +
      'Their prototypes are shown without patches.',
    { file: ids },
  );
}

/**
 * The bank with patches: per centre up to 8 positions of its cluster, of the images that hold most of it, each amid most
 * rows of the cluster. They are members, not ranked by cosine (null): that would need the features.
 * @param bank of `path`, by `readClusterFolder`
 * @param stride input pixels per feature position
 * @throws InputError when CAMs, list or labels are missing or give other rows; the signal's reason when cancelled
 */
export async function withMembers(
  bank: PrototypeBank,
  path: string,
  study: ResolvedStudy,
  stride: number,
  signal: AbortSignal,
): Promise<PrototypeBank> {
  const { list, ids, labels } = study.dataset;
  const { split, imagesPerClass } = study.settings.clustering;
  if (imagesPerClass !== null)
    throw new InputError(
      `The clusters of ${dirname(path)} show no patches: their images were drawn at random (clustering.imagesPerClass), and ` +
        'the files do not say which.',
      { file: path },
    );
  if (list === null || labels === null)
    throw new InputError(
      `The clusters of ${dirname(path)} show no patches: the list and the labels they were made with are needed (dataset.list, dataset.labels).`,
      { file: path, field: list === null ? 'dataset.list' : 'dataset.labels' },
    );
  const clusters: Rows[] = [];
  for (const files of await clusterPaths(path)) {
    if (files.ids === null) continue;
    const k = bank.centres.filter(
      ({ classIndex, set }) => classIndex === files.classIndex && set === files.set,
    ).length;
    const parts = Array.from({ length: k }, (): ImagePart[] => []);
    clusters.push({
      ...files,
      ids: files.ids,
      numbers: clusterIds(files.ids, k),
      count: 0,
      images: 0,
      parts,
    });
  }
  if (clusters.length === 0) return bank;
  const cams = camFolder(path);
  for (const image of ids) {
    const own = clusters.filter(({ classIndex }) => labels.get(image)?.includes(classIndex));
    if (own.length === 0) continue;
    await pause(signal);
    const classes = [...new Set(own.map(({ classIndex }) => classIndex))];
    const maps = await camsOf(seedFilePath(cams, image), classes, stride);
    for (const rows of own) {
      const cam = maps.get(rows.classIndex);
      if (cam) take(rows, image, cam, split);
      rows.images++;
    }
  }
  for (const rows of clusters) checkCount(rows, study, split, cams);
  const next = new Map<string, number>();
  return {
    ...bank,
    centres: bank.centres.map((centre) => {
      const { classIndex, set } = centre;
      const key = `${classIndex} ${set}`;
      const i = next.get(key) ?? 0;
      next.set(key, i + 1);
      const rows = clusters.find((cluster) => cluster.classIndex === classIndex && cluster.set === set);
      const parts = rows?.parts[i];
      return parts ? { ...centre, patches: patchesOf(parts) } : centre;
    }),
  };
}
