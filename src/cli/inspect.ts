/** `lpcam inspect`: what a checkpoint is, as a CAM network. */
import type { Command } from 'commander';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { InputError } from '../lpcam/inputError';
import type { NetworkSummary } from '../protocol/study';
import { addCommonOptions, optionalStudyPath, type CommonOptions } from './commonOptions';
import { openEngine } from './openEngine';
import type { Job, RunJob } from './program';

/** What prototypes are scored with, for people. */
const scorings: Readonly<Record<string, string>> = {
  linear: 'by the classifier, W F',
  'summed-kernel': 'by the kernel summed over its positions, with bias (the head is larger than 1x1)',
  'own-label': "each class under its own label alone (the head is conditioned on the image's labels)",
  'patch-token': "by the class token's classifier, applied to patch tokens",
  'constant-field': 'by the whole head on a field of the same feature everywhere',
};

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
    ['prototypes', scorings[summary.scoring] ?? summary.scoring],
    ['input size', size === null ? 'any' : `${size[0]} x ${size[1]} (height x width) only`],
  ];
  const width = Math.max(...facts.map(([name]) => name.length));
  return facts.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join('\n');
}

async function inspect(checkpoint: string, options: CommonOptions, job: Job): Promise<undefined> {
  const path = resolve(checkpoint);
  if (!existsSync(path)) throw new InputError(`${path}: no such file.`, { file: path });
  const study = optionalStudyPath(options);
  const engine = await openEngine();
  try {
    const summary = await engine.inspect(
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
      .argument('<checkpoint>', 'the trained classifier: .onnx, .pth, .pt or .safetensors')
      .description('Show the feature map and the classifier found in a checkpoint.'),
  ).action((checkpoint: string, options: CommonOptions) =>
    runJob(options, (job) => inspect(checkpoint, options, job)),
  );
}
