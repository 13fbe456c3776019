/** The options every command has. */
import { InvalidArgumentError, Option, type Command } from 'commander';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { InputError } from '../lpcam/inputError';
import {
  deviceChoices,
  precisionChoices,
  type DeviceChoice,
  type PrecisionChoice,
} from '../protocol/deviceNames';

export interface CommonOptions {
  /** As given; absent: `./lpcam.json`. */
  readonly study?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly device?: DeviceChoice;
  readonly precision?: PrecisionChoice;
  readonly cudaFolder?: string;
}

const defaultStudy = 'lpcam.json';

/** For commands that run no network. */
export function addStudyOptions(command: Command): Command {
  return command
    .option('--study <file>', `the study (default: ./${defaultStudy})`)
    .option('--json', 'one JSON document on stdout')
    .option('--quiet', 'no progress and no notices on stderr');
}

export function addCommonOptions(command: Command): Command {
  return addStudyOptions(command)
    .addOption(
      new Option('--device <name>', "where to run, instead of the study's own").choices(deviceChoices),
    )
    .addOption(
      new Option('--precision <name>', "what to compute in, instead of the study's own").choices(
        precisionChoices,
      ),
    )
    .addOption(
      new Option(
        '--cuda-folder <folder>',
        "ONNX Runtime's CUDA files, or a Python environment that has them",
      ).env('LPCAM_CUDA_FOLDER'),
    );
}

/** For commands that make maps. */
export function addPlainOption(command: Command): Command {
  return command.option(
    '--plain',
    'CAM and LPCAM of the feature map alone, also where the system of the study has a rule of its own (MCTformer)',
  );
}

/** Absolute path of the study; refuses when there is none. */
export function studyPath({ study }: CommonOptions): string {
  const path = resolve(study ?? defaultStudy);
  if (existsSync(path)) return path;
  throw new InputError(
    study === undefined
      ? `${path}: no study here. Name one with --study FILE, or write ${defaultStudy} with at least {"checkpoint": "model.onnx"}.`
      : `${path}: no such file (--study).`,
    { file: path },
  );
}

/** The study for a command that can do without: null when none is named and none lies here. */
export function optionalStudyPath(options: CommonOptions): string | null {
  if (options.study === undefined && !existsSync(resolve(defaultStudy))) return null;
  return studyPath(options);
}

/** A number from 0 to 1, for commander. */
export function unitNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0 && value <= 1))
    throw new InvalidArgumentError('Expected a number from 0 to 1.');
  return value;
}

/** `a,b` as its parts, for commander. */
export function nameList(text: string): string[] {
  const names = text.split(',').map((name) => name.trim());
  if (names.includes('')) throw new InvalidArgumentError('Expected names parted by commas.');
  return names;
}
