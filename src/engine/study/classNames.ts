/** Class names that a data set's convention fixes, in the order of its label vectors. */
import { readFile } from 'node:fs/promises';
import { InputError } from '../../lpcam/inputError';
import type { Notice } from '../../lpcam/notice';
import type { PresetName } from '../../lpcam/presets';
import type { ResolvedStudy } from './resolvedStudy';

/** PASCAL VOC 2012 and MS COCO 2014, without background. */
export const presetClasses: Readonly<Record<PresetName, readonly string[]>> = {
  voc: (
    'aeroplane,bicycle,bird,boat,bottle,bus,car,cat,chair,cow,diningtable,dog,horse,motorbike,person,pottedplant,' +
    'sheep,sofa,train,tvmonitor'
  ).split(','),
  coco: (
    'person,bicycle,car,motorcycle,airplane,bus,train,truck,boat,traffic light,fire hydrant,stop sign,parking meter,' +
    'bench,bird,cat,dog,horse,sheep,cow,elephant,bear,zebra,giraffe,backpack,umbrella,handbag,tie,suitcase,frisbee,' +
    'skis,snowboard,sports ball,kite,baseball bat,baseball glove,skateboard,surfboard,tennis racket,bottle,' +
    'wine glass,cup,fork,knife,spoon,bowl,banana,apple,sandwich,orange,broccoli,carrot,hot dog,pizza,donut,cake,' +
    'chair,couch,potted plant,bed,dining table,toilet,tv,laptop,mouse,remote,keyboard,cell phone,microwave,oven,' +
    'toaster,sink,refrigerator,book,clock,vase,scissors,teddy bear,hair drier,toothbrush'
  ).split(','),
};

/** Names for a classifier that nothing names. */
function numberedClasses(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `class ${index}`);
}

/** Refuses names that are given twice: a class could not be asked for by its name. */
export function checkClassNames(names: readonly string[], file: string, field: string): void {
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new InputError(`${file} names the class "${twice}" twice; every class needs a name of its own.`, {
      file,
      field,
    });
  }
}

/**
 * Reads class names, one a line; empty lines are passed over. A first line `background`, `_background_` or
 * `__background__`, as segmentation code often writes it, is dropped: classifiers have no output for it.
 * @throws InputError when the file cannot be read, is empty, or names a class twice
 */
export async function readClassNames(file: string): Promise<string[]> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new InputError(`The class names ${file} cannot be read: ${String(error)}.`, {
      file,
      field: 'classes',
    });
  });
  const names = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
  if (/^_*background_*$/i.test(names[0] ?? '')) names.shift();
  if (names.length === 0) {
    throw new InputError(`${file} names no class; one name a line is expected.`, { file, field: 'classes' });
  }
  checkClassNames(names, file, 'classes');
  return names;
}

/**
 * The names of a classifier's outputs.
 * @param outputs N of the classifier
 * @throws InputError when the study's own names are more or fewer than the outputs; names that were only found or
 * assumed give way to numbers, with a notice
 */
export function nameClasses(
  study: Pick<ResolvedStudy, 'classes' | 'classesFrom' | 'file' | 'checkpoint'>,
  outputs: number,
): { readonly classNames: readonly string[]; readonly notices: readonly Notice[] } {
  const { classes, classesFrom, checkpoint } = study;
  if (classes?.length === outputs) return { classNames: classes, notices: [] };
  if (classesFrom === 'preset' && outputs === presetClasses.coco.length) {
    return { classNames: presetClasses.coco, notices: [] };
  }
  const named = classes?.length ?? 0;
  if (classesFrom === 'study') {
    throw new InputError(
      `The study names ${named} classes, but the classifier of ${checkpoint} has ${outputs} outputs. ` +
        'Name them all, in their order, without background.',
      { file: study.file ?? undefined, field: 'classes' },
    );
  }
  const why =
    classesFrom === 'found' ? `the class list found beside it names ${named}` : 'nothing names them';
  return {
    classNames: numberedClasses(outputs),
    notices: [
      {
        kind: 'study',
        message: `The classifier has ${outputs} outputs and ${why}: they are called "class 0" and so on. Name them in \`classes\`.`,
      },
    ],
  };
}
