/** The seed file that the study has of the image, as the panel shows it beside its own maps. */
import { seedOf, type Labels } from '../../../lpcam/seeds';
import type { ImageSeed } from '../../../protocol/seed';

const known = new WeakMap<ImageSeed, { readonly threshold: number; readonly labels: Labels }>();

/** Labels of the file: its own, or of its maps at a threshold; null for soft maps that name no class. */
export function seedFileLabels(file: ImageSeed, threshold: number): Labels | null {
  const { content, width, height } = file;
  if (content.kind === 'saliency') return null;
  if (content.kind === 'labels') return content.labels;
  const before = known.get(file);
  if (before?.threshold === threshold) return before.labels;
  const maps = content.keys.flatMap((classIndex, i) => {
    const map = content.maps[i];
    return map === undefined ? [] : [{ classIndex, map }];
  });
  const labels = seedOf(maps, threshold, width * height);
  known.set(file, { threshold, labels });
  return labels;
}

/** "lpcam/val_0001.npy" */
export function seedFileName({ path, kind }: ImageSeed): string {
  const name = path.split(/[\\/]/).at(-1) ?? path;
  return kind === '' ? name : `${kind}/${name}`;
}

/** Why the file cannot be laid over the image; null when it can. */
export function seedFileFault(file: ImageSeed, image: { width: number; height: number }): string | null {
  const { content, width, height } = file;
  if (content.kind === 'saliency') return `${seedFileName(file)} is a soft map that names no class.`;
  const empty = content.kind === 'maps' && content.maps.length === 0;
  if (empty) return `${seedFileName(file)} holds no map: the image had no labelled class.`;
  return width === image.width && height === image.height
    ? null
    : `${seedFileName(file)} is ${width} × ${height}, the image ${image.width} × ${image.height}: open it as a seed.`;
}
