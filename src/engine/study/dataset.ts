/** The data set of a study: what it names, else what is found around it. */
import { readFile } from 'node:fs/promises';
import { LRUCache } from 'lru-cache';
import { readImageList } from '../../formats/imageList';
import { readLabels } from '../../formats/labels';
import { InputError } from '../../lpcam/inputError';
import type { Notice } from '../../lpcam/notice';
import type { StudyFile } from '../../protocol/studyFile';
import { fileVersion } from '../fileVersion';
import {
  dataRoots,
  dataSetOf,
  findImages,
  findLabels,
  findList,
  findMasks,
  isFile,
  isFolder,
  type Layout,
} from './find';
import { labelFacts, labelledIds } from './labelFacts';
import type { ResolvedStudy } from './resolvedStudy';

type Named = NonNullable<StudyFile['dataset']>;
export type Dataset = ResolvedStudy['dataset'];

/** Refuses a named path that is not there, saying which field named it. */
export function present(path: string, kind: 'file' | 'folder', field: string, study: string | null): string {
  if (kind === 'file' ? isFile(path) : isFolder(path)) return path;
  const other = kind === 'file' ? isFolder(path) : isFile(path);
  const what = other ? `is a ${kind === 'file' ? 'folder' : 'file'}, not a ${kind}` : 'does not exist';
  const source = study === null ? '' : ` (\`${field}\` of ${study})`;
  throw new InputError(`${path} ${what}${source}.`, { file: study ?? path, field });
}

/** A read file, or null and a notice where a file that nobody named is of no use. */
async function readFound<T>(
  file: string,
  named: boolean,
  notices: Notice[],
  read: (file: string) => Promise<T>,
): Promise<T | null> {
  try {
    return await read(file);
  } catch (error) {
    if (named || !(error instanceof InputError)) throw error;
    notices.push({ kind: 'study', message: `${file} was found but is not used: ${error.message}`, file });
    return null;
  }
}

async function bytesOf(file: string): Promise<Uint8Array> {
  return readFile(file).catch((error: unknown) => {
    throw new InputError(`${file} cannot be read: ${String(error)}.`, { file });
  });
}

/** VOC's label file takes a quarter of a second to read, and a study is resolved for every request. */
const readFiles = new LRUCache<string, Promise<readonly string[] | ReadonlyMap<string, readonly number[]>>>({
  max: 16,
});

/** What a reader made of a file, kept as long as nobody writes the file. */
async function kept<T extends readonly string[] | ReadonlyMap<string, readonly number[]>>(
  file: string,
  reader: string,
  read: () => Promise<T>,
): Promise<T> {
  const key = `${reader}\0${(await fileVersion(file)) ?? ''}`;
  const known = readFiles.get(key);
  // The reader's name is part of the key, so that what is found has its type.
  if (known !== undefined) return known as Promise<T>;
  const reading = read();
  readFiles.set(key, reading);
  reading.catch(() => readFiles.delete(key));
  return reading;
}

function listOfFile(file: string): Promise<readonly string[]> {
  return kept(file, 'list', async () => readImageList(new TextDecoder().decode(await bytesOf(file)), file));
}

function labelsOfFile(
  file: string,
  classes: readonly string[] | null,
): Promise<ReadonlyMap<string, readonly number[]>> {
  return kept(file, `labels ${JSON.stringify(classes)}`, async () => {
    const labels = readLabels(await bytesOf(file), file, classes);
    for (const indices of labels.values()) indices.sort((one, other) => one - other);
    return labels;
  });
}

/**
 * The classes that images of the study's list are labelled with; null where a study has no list or no labels, so that
 * nothing says which classes it leaves out.
 */
export function listedClasses({ list, ids, labels }: Dataset): ReadonlySet<number> | null {
  return list === null || labels === null ? null : labelFacts(ids, labels).classes;
}

/** Notices about a list and its labels that do not meet. */
function meetingNotices(dataset: Dataset, classes: readonly string[] | null): Notice[] {
  const { ids, labels, labelsFile, list, masks } = dataset;
  if (labels === null) {
    const masked = masks === null ? '' : ' Masks are never turned into labels.';
    return [
      {
        kind: 'labels-missing',
        message:
          'No image-level labels were found, so an image shows the classes the network predicts and prototypes ' +
          `cannot be clustered; name them in \`dataset.labels\`.${masked}`,
      },
    ];
  }
  const notices: Notice[] = [];
  const { unlabelled, classes: seen } = labelFacts(ids, labels);
  if (unlabelled > 0) {
    const from = list ?? 'the list';
    notices.push({
      kind: 'labels-missing',
      message:
        unlabelled === ids.length
          ? `No image of ${from} has labels in ${labelsFile ?? ''}; the two belong to different data.`
          : `${unlabelled} of ${ids.length} images of ${from} have no labels in ${labelsFile ?? ''}.`,
      ...(labelsFile === null ? {} : { file: labelsFile }),
    });
  }
  if (classes === null || unlabelled === ids.length) return notices;
  const missing = [...classes.keys()].filter((classIndex) => !seen.has(classIndex));
  if (missing.length > 0) {
    const [only] = missing;
    const names = missing.map((classIndex) => classes[classIndex] ?? '').join(', ');
    notices.push({
      kind: 'class-without-images',
      message: `No image of the list is labelled ${names}: left out of clustering and of seeds.`,
      ...(missing.length === 1 && only !== undefined ? { classIndex: only } : {}),
    });
  }
  return notices;
}

/**
 * Resolves the data set.
 * @param path makes a path of the study file absolute
 * @param starts folders to look around in, nearest first
 */
export async function resolveDataset(
  named: Named,
  study: string | null,
  path: (given: string) => string,
  starts: readonly string[],
  layout: Layout,
  classes: readonly string[] | null,
  classesAreAssumed: boolean,
): Promise<{ dataset: Dataset; notices: Notice[] }> {
  const notices: Notice[] = [];
  const given = (field: keyof Named, kind: 'file' | 'folder') => {
    const value = named[field];
    return value === undefined ? null : present(path(value), kind, `dataset.${field}`, study);
  };
  const images = given('images', 'folder');
  const list = given('list', 'file');
  const labels = given('labels', 'file');
  const masks = given('masks', 'folder');
  const saliency = given('saliency', 'folder');
  // What is named says where the rest lies.
  const near = [images, list, labels, masks].flatMap((part) => (part === null ? [] : [dataSetOf(part)]));
  const roots = dataRoots([...near, ...starts], layout);

  const listFile = list ?? findList(roots, layout);
  const ids = listFile === null ? null : await readFound(listFile, list !== null, notices, listOfFile);
  const labelsFile = labels ?? findLabels(roots, layout);
  const read =
    labelsFile === null
      ? null
      : await readFound(labelsFile, labels !== null && !classesAreAssumed, notices, (file) =>
          labelsOfFile(file, classes),
        );
  const usedList = ids === null ? null : listFile;
  const dataset: Dataset = {
    images: images ?? findImages(roots, layout.preset),
    list: usedList,
    ids: ids ?? (read === null ? [] : labelledIds(read)),
    labelsFile: read === null ? null : labelsFile,
    labels: read,
    masks: masks ?? findMasks(roots, layout.preset, usedList),
    saliency,
  };
  return { dataset, notices: [...notices, ...meetingNotices(dataset, classes)] };
}
