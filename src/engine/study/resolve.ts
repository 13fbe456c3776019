/** From what a study says to a study with every path absolute, every default filled in and its small files read. */
import { basename, dirname, join, parse, resolve } from 'node:path';
import { InputError } from '../../lpcam/inputError';
import type { Notice } from '../../lpcam/notice';
import type { Gates, PresetName, Settings } from '../../lpcam/presets';
import { madeStages } from '../../lpcam/stages';
import type { StudyReference } from '../../protocol/study';
import type { StudyFile } from '../../protocol/studyFile';
import { checkClassNames, presetClasses, readClassNames } from './classNames';
import { present, resolveDataset } from './dataset';
import { dataRoots, findClasses } from './find';
import { studyPathOf } from './images';
import { predictorBeside, workspacesOf } from './findSystem';
import { readStudyFile } from './read';
import type { ResolvedStudy } from './resolvedStudy';
import { studyCheckpoint } from './studyCheckpoint';
import { trialBankPath, withTrial } from './trial';
import { systemNotice, systemOf } from './systemOf';

/** ImageNet's channel statistics, which the published code uses. */
const imageNetMean = [0.485, 0.456, 0.406] as const;
const imageNetStd = [0.229, 0.224, 0.225] as const;

interface Source {
  readonly study: StudyFile;
  readonly file: string | null;
  readonly folder: string;
  readonly name: string;
  readonly bankPath: string;
  readonly seedsFolder: string;
}

async function sourceOf(reference: StudyReference, preset: PresetName | null): Promise<Source> {
  if ('file' in reference) {
    const file = resolve(reference.file);
    const folder = dirname(file);
    const { name } = parse(file);
    return {
      study: await readStudyFile(file),
      file,
      folder,
      // A folder with one study goes by the folder's name; named study files go by their own.
      name: name === 'lpcam' ? basename(folder) || name : name,
      bankPath: join(folder, `${name}-bank.safetensors`),
      seedsFolder: join(folder, name === 'lpcam' ? 'seeds' : `${name}-seeds`),
    };
  }
  const checkpoint = resolve(reference.folder, reference.checkpoint);
  const folder = resolve(reference.folder);
  const { name } = parse(checkpoint);
  return {
    study: preset === null ? { checkpoint } : { checkpoint, preset },
    file: null,
    folder,
    name: basename(checkpoint),
    bankPath: join(folder, `${name}.lpcam-bank.safetensors`),
    seedsFolder: join(folder, `${name}.lpcam-seeds`),
  };
}

function gatesOf(study: StudyFile, base: Gates, file: string | null): Gates {
  const gates: Gates = {
    class: study.gates?.class ?? base.class,
    context: study.gates?.context ?? base.context,
  };
  const [low, high] = gates.context;
  if (low >= high) {
    throw new InputError(
      `\`gates.context\` of ${file ?? 'the study'} must be [lower, upper] with lower below upper, but is [${low}, ${high}].`,
      { file: file ?? undefined, field: 'gates.context' },
    );
  }
  return gates;
}

/** What the person set, over what the preset sets. */
function merge<T extends object>(
  base: T,
  over: { readonly [K in keyof T]?: T[K] | undefined } | undefined,
): T {
  const set = Object.entries(over ?? {}).filter(([, value]) => value !== undefined);
  return { ...base, ...(Object.fromEntries(set) as Partial<T>) };
}

function settingsOf(study: StudyFile, base: Settings, file: string | null): Settings {
  return {
    clustering: merge(base.clustering, study.clustering),
    gates: gatesOf(study, base.gates, file),
    inference: merge(base.inference, study.inference),
    seeds: merge(base.seeds, { threshold: study.seeds?.threshold }),
  };
}

type Classes = Pick<ResolvedStudy, 'classes' | 'classesFrom' | 'classesFile'>;

async function classesOf(
  source: Source,
  path: (given: string) => string,
  lookIn: readonly string[],
  preset: PresetName,
  notices: Notice[],
): Promise<Classes> {
  const { study, file } = source;
  const named = study.classes;
  if (typeof named === 'string') {
    const classesFile = present(path(named), 'file', 'classes', file);
    return { classes: await readClassNames(classesFile), classesFrom: 'study', classesFile };
  }
  if (named !== undefined) {
    checkClassNames(named, file ?? 'The study', 'classes');
    return { classes: named, classesFrom: 'study', classesFile: null };
  }
  const found = findClasses(lookIn);
  if (found !== null) {
    try {
      return { classes: await readClassNames(found), classesFrom: 'found', classesFile: found };
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      notices.push({
        kind: 'study',
        message: `${found} was found but is not used: ${error.message}`,
        file: found,
      });
    }
  }
  return { classes: presetClasses[preset], classesFrom: 'preset', classesFile: null };
}

/** The bank that a reference names in place of the study's own; null when it names none. */
function bankOf(reference: StudyReference): string | null {
  const bank = 'file' in reference ? reference.bank : undefined;
  return bank === undefined ? null : present(resolve(bank), 'file', 'bank', null);
}

/** The checkpoint that a reference names in place of the study's own; null when it names none. */
function weightsOf(reference: StudyReference): string | null {
  const weights = 'file' in reference ? reference.weights : undefined;
  return weights === undefined ? null : present(resolve(weights), 'file', 'checkpoint', null);
}

function stagesOf(study: StudyFile, path: (given: string) => string): ResolvedStudy['stages'] {
  const named = madeStages.flatMap((stage) => {
    const folder = study.stages?.[stage];
    return folder === undefined ? [] : [[stage, path(folder)] as const];
  });
  return Object.fromEntries(named);
}

function triple(values: readonly number[] | undefined, fallback: readonly [number, number, number]) {
  const [red = fallback[0], green = fallback[1], blue = fallback[2]] = values ?? [];
  return [red, green, blue] as const;
}

/**
 * Reads a study and fills in what it leaves out. Nothing is computed and no weights are read, so class names that only
 * the preset gives are an assumption until `nameClasses` has seen the classifier.
 * @param guess preset of a study without a file, which nobody named; VOC's when null
 * @throws InputError naming the file and the field
 */
export async function resolveStudy(
  reference: StudyReference,
  guess: PresetName | null = null,
): Promise<ResolvedStudy> {
  const source = await sourceOf(reference, guess);
  const { study, file, folder } = source;
  const path = (given: string) => studyPathOf(folder, given);
  const follow = study.follow === undefined ? null : path(study.follow);
  const checkpoint =
    weightsOf(reference) ??
    (await studyCheckpoint({
      file,
      follow,
      named: path(study.checkpoint),
    }));
  const found = await systemOf(study, checkpoint, folder, file);
  const { system, preset } = found;
  const starts = workspacesOf(checkpoint, folder);
  const layout = { preset, system: system?.name ?? null };
  const named = study.dataset ?? {};
  const notices: Notice[] = systemNotice(found, { ...study, checkpoint });
  const classFolders = [...starts, ...dataRoots(starts, layout)];
  for (const part of [named.labels, named.list]) {
    if (part !== undefined) classFolders.push(dirname(path(part)));
  }
  if (named.images !== undefined) classFolders.push(dirname(path(named.images)));
  const classes = await classesOf(source, path, classFolders, preset, notices);
  const data = await resolveDataset(
    named,
    file,
    path,
    starts,
    layout,
    classes.classes,
    classes.classesFrom === 'preset',
  );
  const networkFile = (field: 'predictor' | 'graph') => {
    const named = study.network?.[field];
    return named === undefined ? null : present(path(named), 'file', `network.${field}`, file);
  };
  const predictor =
    networkFile('predictor') ?? (system?.name === 'recam' ? predictorBeside(checkpoint) : null);
  const trial = reference.trial ?? {};
  const ownBank = study.bank === undefined ? source.bankPath : path(study.bank);
  return {
    file,
    folder,
    name: source.name,
    checkpoint,
    follow,
    system,
    ...classes,
    dataset: data.dataset,
    network: {
      features: study.network?.features ?? null,
      classifier: study.network?.classifier ?? null,
      stride: study.network?.stride ?? null,
      predictor,
      graph: networkFile('graph'),
      mean: triple(study.network?.mean, imageNetMean),
      std: triple(study.network?.std, imageNetStd),
    },
    settings: withTrial(settingsOf(study, found.settings, file), trial),
    seedsFolder: study.seeds?.folder === undefined ? source.seedsFolder : path(study.seeds.folder),
    preset,
    stages: stagesOf(study, path),
    bankPath: bankOf(reference) ?? trialBankPath(ownBank, trial),
    device: study.device ?? 'auto',
    precision: study.precision ?? 'auto',
    slurm: study.slurm ?? {},
    notices: [...notices, ...data.notices],
  };
}
