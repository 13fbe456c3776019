/** `lpcam inspect`: what a checkpoint is, as a CAM network; and what a prototype bank holds. */
import type { Command } from 'commander';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { isBankFile, readBank } from '../engine/bankFile';
import { InputError } from '../lpcam/inputError';
import type { NetworkSummary } from '../protocol/study';
import { addCommonOptions, optionalStudyPath, type CommonOptions } from './commonOptions';
import { bankFacts, bankText } from './bankText';
import { factsText } from './factsText';
import { openEngine } from './openEngine';
import { scoringText } from './scoringText';
import type { Job, RunJob } from './program';

function originFacts({ origin }: NetworkSummary): (readonly [string, string])[] {
  return origin === null ? [] : [['network', `${origin.architecture} (${origin.system})`]];
}

/** The stride, and what to say in the study when it is another. */
function strideText({ origin, stride }: NetworkSummary): string {
  const text = stride === null ? 'unknown' : String(stride);
  const others = origin?.otherStrides ?? [];
  return others.length === 0
    ? text
    : `${text}, as published; weights do not tell (${others.join(' or ')}: "network": {"stride": ${others[0] ?? ''}})`;
}

function inspectText(summary: NetworkSummary): string {
  const size = summary.fixedSize;
  const facts: readonly (readonly [string, string])[] = [
    ['checkpoint', summary.checkpoint],
    ['SHA-256', summary.hash],
    ['size', `${(summary.bytes / 1e6).toFixed(1)} MB, ${summary.parameters.toLocaleString('en')} parameters`],
    ...originFacts(summary),
    ['written by', summary.producer === '' ? 'unknown' : summary.producer],
    ['graph', `ONNX opset ${summary.opset}`],
    ['feature map', `${summary.features}: ${summary.channels} channels`],
    ['stride', strideText(summary)],
    [
      'classifier',
      `${summary.classifier}: ${summary.classes} classes, ${summary.bias ? 'with' : 'without'} bias`,
    ],
    ['prototypes', scoringText(summary.scoring)],
    ['input size', size === null ? 'any' : `${size[0]} x ${size[1]} (height x width) only`],
  ];
  return factsText(facts);
}

async function inspect(checkpoint: string, options: CommonOptions, job: Job): Promise<undefined> {
  const path = resolve(checkpoint);
  if (!existsSync(path)) throw new InputError(`${path}: no such file.`, { file: path });
  if (isBankFile(path)) {
    const bank = await readBank(path, []);
    job.terminal.result(bankFacts(path, bank), () => bankText(path, bank));
    return undefined;
  }
  const study = optionalStudyPath(options);
  const engine = await openEngine(options);
  try {
    const summary = await engine.studies.inspect(
      { checkpoint: path, study: study === null ? null : { file: study } },
      job.signal,
    );
    job.terminal.result(summary, () => inspectText(summary));
  } finally {
    await engine.dispose();
  }
  return undefined;
}

export function addInspect(program: Command, runJob: RunJob): void {
  addCommonOptions(
    program
      .command('inspect')
      .argument(
        '<checkpoint>',
        'the trained classifier: .onnx, .pth, .pt or .safetensors; or a prototype bank',
      )
      .description(
        'Show the feature map and the classifier found in a checkpoint, or what a prototype bank holds.',
      ),
  ).action((checkpoint: string, options: CommonOptions) =>
    runJob(options, (job) => inspect(checkpoint, options, job)),
  );
}
