/** The few images that every checkpoint of a timeline is tried on. */
import { readFile, stat } from 'node:fs/promises';
import { readImageList } from '../../formats/imageList';
import { InputError } from '../../lpcam/inputError';
import type { Probe } from '../../protocol/timeline';
import { imagePath, labelsOf, maskPath } from '../study/images';
import type { ResolvedStudy } from '../study/resolvedStudy';

export interface ProbeImages {
  readonly list: string | null;
  readonly ids: readonly string[];
  /** Images of the list. */
  readonly listed: number;
  /** Class names of the study that no image is labelled with. */
  readonly without: readonly string[];
  /** Images with a mask. */
  readonly masked: number;
  /** Names images, labels and masks as they are now. */
  readonly facts: readonly unknown[];
}

async function idsOf(study: ResolvedStudy, list: string | null): Promise<readonly string[]> {
  if (list === null) return study.dataset.ids;
  const bytes = await readFile(list).catch((error: unknown) => {
    throw new InputError(`The probe list ${list} cannot be read: ${String(error)}.`, { file: list });
  });
  return readImageList(new TextDecoder().decode(bytes), list);
}

/** Size and time of a file; null: there is none. */
async function stateOf(path: string | null): Promise<string | null> {
  const stats = path === null ? null : await stat(path).catch(() => null);
  return stats && `${stats.size} ${stats.mtimeMs}`;
}

/** @throws InputError when there are no images, or none has labels */
export async function probeImages(study: ResolvedStudy, { list, images }: Probe): Promise<ProbeImages> {
  const all = [...new Set(await idsOf(study, list))];
  const ids = images === null ? all : all.slice(0, images);
  const place = list ?? study.dataset.list;
  const where = { file: place ?? study.file ?? undefined, field: 'dataset.list' };
  if (ids.length === 0)
    throw new InputError(
      `${study.name}: there are no images to try checkpoints on. Name \`dataset.list\` in lpcam.json, or choose a list of probe images.`,
      where,
    );
  if (study.dataset.labels === null)
    throw new InputError(
      `${study.name}: the timeline clusters and scores by image-level labels. Name them as \`dataset.labels\` in lpcam.json.`,
      { file: study.file ?? undefined, field: 'dataset.labels' },
    );
  const facts: unknown[] = [];
  const seen = new Set<number>();
  let masked = 0;
  for (const id of ids) {
    const labels = labelsOf(study, id) ?? [];
    for (const label of labels) seen.add(label);
    const mask = maskPath(study, id);
    if (mask !== null) masked++;
    facts.push([id, labels, await stateOf(imagePath(study, id)), await stateOf(mask)]);
  }
  if (seen.size === 0)
    throw new InputError(
      `${study.name}: none of the ${ids.length} probe images has labels in ${study.dataset.labelsFile ?? 'the study'}.`,
      where,
    );
  const without = (study.classes ?? []).filter((_, index) => !seen.has(index));
  return { list: place, ids, listed: all.length, without, masked, facts };
}
