/** `lpcam convert`: weights of a known network as an ONNX file, whole and with its record. */
import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { stateDictFileModel } from '../engine/stateDictFile';
import { resolveStudy } from '../engine/study/resolve';
import type { ResolvedStudy } from '../engine/study/resolvedStudy';
import { writeWhole } from '../engine/writeWhole';
import { encodeModel } from '../formats/onnx';
import type { OnnxModel } from '../formats/onnxModel';
import { InputError } from '../lpcam/inputError';
import { recordOf, type NetworkRecord } from '../network/networkRecord';
import { addCommonOptions, optionalStudyPath, type CommonOptions } from './commonOptions';
import type { Job, RunJob } from './program';

interface ConvertOptions extends CommonOptions {
  readonly out: string;
  readonly force?: boolean;
  readonly stride?: number;
  readonly predictor?: string;
  readonly graph?: string;
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1) throw new InvalidArgumentError('Expected a whole number from 1.');
  return value;
}

async function fromStudy(
  options: ConvertOptions,
): Promise<Pick<ResolvedStudy['network'], 'stride' | 'predictor' | 'graph'>> {
  const file = optionalStudyPath(options);
  return file === null
    ? { stride: null, predictor: null, graph: null }
    : (await resolveStudy({ file })).network;
}

function convertText(
  out: string,
  bytes: number,
  { outputs }: OnnxModel['graph'],
  record: NetworkRecord | null,
): string {
  const shapes = outputs.map(({ name, shape }) => `${name} [${(shape ?? []).join(', ')}]`);
  const origin = record?.origin ?? null;
  const network =
    origin === null ? '' : `${origin.architecture} (${origin.system}), stride ${origin.stride}\n`;
  return `${network}${out}: ${(bytes / 1e6).toFixed(1)} MB\noutputs: ${shapes.join(', ')}`;
}

async function convert(checkpoint: string, options: ConvertOptions, job: Job): Promise<undefined> {
  const path = resolve(checkpoint);
  if (!existsSync(path)) throw new InputError(`${path}: no such file.`, { file: path });
  const out = resolve(options.out);
  if (out === path) throw new InputError(`${out}: --out names the checkpoint itself.`, { file: out });
  if (existsSync(out)) {
    if ((await stat(out)).isDirectory())
      throw new InputError(`${out}: is a folder; --out names the file to write.`, { file: out });
    if (options.force !== true)
      throw new InputError(`${out}: exists already. Overwrite it with --force.`, { file: out });
  }
  const study = await fromStudy(options);
  const model = stateDictFileModel(path, {
    features: null,
    classifier: null,
    stride: options.stride ?? study.stride,
    predictor: options.predictor === undefined ? study.predictor : resolve(options.predictor),
    graph: options.graph === undefined ? study.graph : resolve(options.graph),
  });
  if (!model)
    throw new InputError(
      `${path}: expected weights without a graph: .pth, .pt or .safetensors. An .onnx needs no conversion.`,
      { file: path },
    );
  const record = recordOf(model, path);
  job.signal.throwIfAborted();
  const bytes = encodeModel(model);
  await writeWhole(out, bytes);
  const { inputs, outputs } = model.graph;
  const plain = (values: typeof inputs) => values.map(({ name, shape }) => ({ name, shape }));
  job.terminal.result(
    {
      checkpoint: path,
      out,
      bytes: bytes.length,
      classifier: record?.classifier ?? null,
      scoring: record?.scoring ?? null,
      origin: record?.origin ?? null,
      inputs: plain(inputs),
      outputs: plain(outputs),
    },
    () => convertText(out, bytes.length, model.graph, record),
  );
  return undefined;
}

export function addConvert(program: Command, runJob: RunJob): void {
  addCommonOptions(
    program
      .command('convert')
      .argument('<checkpoint>', 'weights of a network that is known: .pth, .pt or .safetensors')
      .description('Write a checkpoint of weights as an ONNX file, without Python.')
      .requiredOption('--out <file>', 'the .onnx file to write')
      .option('--force', 'overwrite the file')
      .option(
        '--stride <pixels>',
        'input pixels per feature position, where weights do not tell',
        wholeNumber,
      )
      .option('--predictor <file>', "ReCAM's second classifier (recam_predictor_*.pth)")
      .option(
        '--graph <file>',
        'an ONNX export of the same module, for a network that is not known by its keys',
      ),
  ).action((checkpoint: string, options: ConvertOptions) =>
    runJob(options, (job) => convert(checkpoint, options, job)),
  );
}
