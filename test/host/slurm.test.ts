/** Runs on Slurm: submitting, the scripts alone, what became of them, and again what failed. Slurm's programs are doubles. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import * as vscode from 'vscode';
import type { StudiesNodeView } from '../../src/extension/api';
import type { Outcome } from '../../src/extension/client/outcome';
import type { SubmittedRun } from '../../src/protocol/slurm';
import { installSlurmDoubles } from '../support/slurmDoubles';
import { closeEditors, inWorkspace, lens, writeStudy } from './support/lens';
import { poll } from './support/poll';

const cluster = (...names: string[]) => inWorkspace('cluster', ...names);
const study = () => inWorkspace('on-slurm', 'lpcam.json');
const runsFolder = () => inWorkspace('on-slurm', '.lpcam', 'slurm');

/** The reader process takes PATH as it is at its start. */
async function usePath(path: string | undefined): Promise<void> {
  process.env['PATH'] = path;
  const { readerPid } = await lens();
  if (readerPid === undefined) return;
  process.kill(readerPid, 'SIGKILL');
  await poll('the reader process to end', async () => (await lens()).readerPid !== readerPid);
}

/** In a list that asks. */
async function press(...commands: string[]): Promise<void> {
  // Nothing tells an extension when a list is there.
  await new Promise((resolve) => setTimeout(resolve, 1500));
  for (const command of commands) await vscode.commands.executeCommand(`workbench.action.${command}`);
}

/** The commands and scripts, while an editor shows them. */
function scripts(): vscode.TextDocument | undefined {
  const editors = vscode.window.visibleTextEditors.map(({ document }) => document);
  return editors.find(({ uri }) => uri.scheme === 'lpcam-slurm');
}

type Answer = Outcome<SubmittedRun> | undefined;
const run = async (answers?: object): Promise<Answer> =>
  vscode.commands.executeCommand<Answer>('lpcam.runOnSlurm', vscode.Uri.file(study()), answers);

async function submit(stages: readonly string[], shards: number): Promise<SubmittedRun> {
  const answer = await run({ stages, shards, dryRun: false });
  assert.ok(answer?.ok, JSON.stringify(answer));
  return answer.value;
}

const queue = (...lines: string[]) =>
  writeFileSync(cluster('queue'), lines.map((line) => `${line}\n`).join(''));
const submitted = () => readFileSync(cluster('submitted'), 'utf8').trim().split('\n');

/** What a task leaves in the run's folder. */
function note({ folder }: SubmittedRun, task: string, text: string): void {
  writeFileSync(`${folder}/state/${task}`, `${text} 1700000000\n`);
}

/** The only run's line, once its description is as wanted. */
async function runLine(description: string): Promise<StudiesNodeView> {
  const api = await lens();
  let last: readonly StudiesNodeView[] = [];
  try {
    return await poll(`a run with "${description}"`, async () => {
      last = await api.slurmRuns();
      return last.find((one) => one.description === description);
    });
  } catch (error) {
    const told = last.map((one) => `${one.label}: ${one.description}`);
    throw new Error(`${String(error)} There is: ${JSON.stringify(told)}`, { cause: error });
  }
}

describe('Runs on Slurm', () => {
  const path = process.env['PATH'];

  before(async () => {
    await usePath(installSlurmDoubles(cluster()));
    await vscode.commands.executeCommand('lpcam.slurmRuns.focus');
  });
  beforeEach(async () => {
    installSlurmDoubles(cluster());
    writeStudy('on-slurm', 'train_0001', {
      checkpoint: '../checkpoints/demo_cam.onnx',
      classes: '../classes.txt',
      dataset: { images: '../JPEGImages', labels: '../labels.json', masks: '../SegmentationClass' },
      slurm: { partition: 'gpu', shards: 3 },
    });
    await vscode.commands.executeCommand('lpcam.refreshStudies');
  });
  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    await closeEditors();
    rmSync(dirname(study()), { recursive: true, force: true });
    for (const name of ['submitted', 'queue', 'job', 'cancelled', 'refuses', 'keeps'])
      rmSync(cluster(name), { force: true });
    await vscode.commands.executeCommand('lpcam.refreshSlurmRuns');
  });
  after(async () => {
    await usePath(path);
    rmSync(cluster(), { recursive: true, force: true });
    await vscode.commands.executeCommand('workbench.view.explorer');
  });

  it('are asked for stage by stage, and shown as scripts without submitting', async () => {
    const done = run();
    // LPCAM, all stages, tasks as the study says; then the scripts, and what to do with them.
    await press('acceptSelectedQuickOpenItem');
    await press('acceptSelectedQuickOpenItem');
    await press('acceptSelectedQuickOpenItem');
    const document = await poll('the scripts', () => scripts());
    await press('quickOpenSelectNext', 'acceptSelectedQuickOpenItem');
    assert.equal(await done, undefined);
    assert.equal(document.languageId, 'shellscript');
    const text = document.getText();
    for (const stage of ['features', 'prototypes', 'seeds', 'score'])
      assert.match(text, new RegExp(`^${stage}=\\$\\(sbatch --parsable --array=1-3 .*--partition=gpu`, 'm'));
    assert.equal(existsSync(cluster('submitted')), false);
    assert.equal(existsSync(runsFolder()), false);
  });

  it('make seeds of CAM without prototypes, submitted as the editor showed them', async () => {
    const done = run();
    await press('quickOpenSelectNext', 'acceptSelectedQuickOpenItem');
    await press('acceptSelectedQuickOpenItem');
    await press('acceptSelectedQuickOpenItem');
    const shown = (await poll('the scripts', () => scripts())).getText();
    assert.equal(existsSync(cluster('submitted')), false);
    await press('acceptSelectedQuickOpenItem');
    const answer = await done;
    assert.ok(answer?.ok, JSON.stringify(answer));
    const { id, folder, stages } = answer.value;
    assert.deepEqual(
      stages.map(({ name }) => name),
      ['seeds', 'manifest', 'score', 'scores'],
    );
    assert.match(shown, new RegExp(`^# Run ${id}:`));
    for (const { name } of stages) assert.ok(shown.includes(readFileSync(`${folder}/${name}.sh`, 'utf8')));
    assert.match(readFileSync(`${folder}/seeds.sh`, 'utf8'), / --method cam /);
    // What was shown is done, and closes unasked.
    await poll('the scripts to close', () => scripts() === undefined);
  });

  it('are followed to what failed and its log, and only that is submitted again', async () => {
    const made = await submit(['features', 'prototypes'], 2);
    assert.deepEqual(
      made.stages.map(({ name, shards, job }) => [name, shards, job]),
      [
        ['features', 2, '101'],
        ['prototypes', 2, '102'],
        ['bank', 1, '103'],
      ],
    );
    assert.match(submitted()[1] ?? '', /--dependency=afterok:101 /);
    queue(
      '101_1|RUNNING|None',
      '101_2|RUNNING|None',
      '102_1|PENDING|Dependency',
      '102_2|PENDING|Dependency',
      '103_1|PENDING|Dependency',
    );
    const begun = await runLine('0/5 done, 2 running, 3 waiting');
    assert.match(begun.label, /^on-slurm, /);
    assert.equal(begun.context, 'slurmRun+cancel');

    // What the tasks leave in the shared folder is seen without a click.
    const api = await lens();
    assert.equal(api.slurmPolling, true);
    note(made, 'features-1', 'ended:0 101_1 node1');
    note(made, 'features-2', 'ended:1 101_2 node2');
    const lines = Array.from({ length: 300 }, (_, i) => `line ${i}`);
    const log = `${made.folder}/logs/features-2-101.log`;
    writeFileSync(log, [...lines, 'labels.json: no labels of train_0007'].join('\n'));
    queue();
    const failed = await runLine('1/5 done, 4 failed');
    assert.equal(failed.context, 'slurmRun+resubmit');
    assert.equal(failed.icon, 'error');
    const [features] = await api.slurmRuns(failed);
    assert.equal(features?.label, 'features');
    assert.equal(features.description, '1/2 done, 1 failed');
    const [task, ...others] = await api.slurmRuns(features);
    assert.deepEqual(others, []);
    assert.equal(task?.label, 'Task 2');
    assert.equal(task.description, 'ended with 1 on node2');
    assert.match(task.tooltip, /line 299\nlabels\.json: no labels of train_0007$/);
    assert.equal(task.command?.name, 'lpcam.openSlurmLog');
    await vscode.commands.executeCommand(task.command.name, ...task.command.arguments);
    const editor = vscode.window.activeTextEditor;
    assert.equal(editor?.document.uri.fsPath, log);
    assert.equal(editor.selection.active.line, 300);

    await vscode.commands.executeCommand('lpcam.resubmitSlurmRun', failed.node);
    const again = submitted().slice(3);
    assert.deepEqual(
      again.map((line) => /--array=(\S+).*\/(\w+)\.sh$/.exec(line)?.slice(1)),
      [
        ['2', 'features'],
        ['1-2', 'prototypes'],
        ['1', 'bank'],
      ],
    );
    queue(
      '104_2|RUNNING|None',
      '105_1|PENDING|Dependency',
      '105_2|PENDING|Dependency',
      '106_1|PENDING|Dependency',
    );
    await runLine('1/5 done, 1 running, 3 waiting');
    note(made, 'features-2', 'ended:0 104_2 node1');
    for (const name of ['prototypes-1', 'prototypes-2'])
      note(made, name, `ended:0 105_${name.slice(-1)} node1`);
    note(made, 'bank-1', 'ended:0 106_1 node1');
    queue();
    const done = await runLine('5/5 done');
    assert.equal(done.icon, 'pass');
    // Nobody is asked any more.
    await poll('the looks to end', () => !api.slurmPolling);
  });

  it('are cancelled, which is no failure, and taken up again where they were', async () => {
    const made = await submit(['features', 'prototypes'], 2);
    note(made, 'features-1', 'ended:0 101_1 node1');
    note(made, 'features-2', 'running 101_2 node2');
    queue(
      '101_2|RUNNING|None',
      '102_1|PENDING|Dependency',
      '102_2|PENDING|Dependency',
      '103_1|PENDING|Dependency',
    );
    const begun = await runLine('1/5 done, 1 running, 3 waiting');
    const cancelled = vscode.commands.executeCommand('lpcam.cancelSlurmRun', begun.node, { confirmed: true });
    await poll('scancel', () => existsSync(cluster('cancelled')));
    queue();
    note(made, 'features-2', 'ended:143 101_2 node2');
    assert.ok((await (cancelled as Promise<Outcome<unknown>>)).ok);
    // What comes last is not to begin when that before it ends.
    assert.equal(readFileSync(cluster('cancelled'), 'utf8'), '103 102 101\n');
    const line = await runLine('1/5 done, 4 cancelled');
    assert.equal(line.icon, 'circle-slash');
    assert.equal(line.context, 'slurmRun+resubmit');
    await vscode.commands.executeCommand('lpcam.resubmitSlurmRun', line.node);
    queue('104_2|RUNNING|None', '105_1|PENDING|Dependency', '105_2|PENDING|Dependency', '106_1|PENDING|x');
    assert.equal((await runLine('1/5 done, 1 running, 3 waiting')).context, 'slurmRun+cancel');
  });

  it('of other people go on, and say why', async () => {
    writeFileSync(cluster('keeps'), '');
    await submit(['features'], 2);
    queue('101_1|RUNNING|None', '101_2|PENDING|Priority');
    const begun = await runLine('0/2 done, 1 running, 1 waiting');
    const answer = await vscode.commands.executeCommand<Outcome<unknown>>(
      'lpcam.cancelSlurmRun',
      begun.node,
      { confirmed: true },
    );
    assert.ok(!answer.ok);
    assert.match(answer.failure.message, /did not cancel the jobs: scancel: error: .*permission denied/);
    queue();
    // Their end is a failure like any other.
    await runLine('0/2 done, 2 failed');
  });

  it('are not looked at while nobody looks', async () => {
    await submit(['features'], 1);
    queue('101_1|RUNNING|None');
    await runLine('0/1 done, 1 running');
    const api = await lens();
    await poll('the next look', () => api.slurmPolling);
    await vscode.commands.executeCommand('workbench.view.explorer');
    await poll('the looks to end', () => !api.slurmPolling);
    await vscode.commands.executeCommand('lpcam.slurmRuns.focus');
    await poll('the looks to go on', () => api.slurmPolling);
  });

  it('say where sbatch was looked for, and leave nothing', async () => {
    rmSync(cluster('bin', 'sbatch'));
    const answer = await run({ stages: ['features'], shards: null, dryRun: false });
    assert.ok(answer?.ok === false);
    assert.equal(answer.failure.kind, 'input');
    assert.ok(answer.failure.message.includes(`There is no sbatch in PATH (${cluster('bin')})`));
    assert.deepEqual(readdirSync(runsFolder()), []);
  });

  it('say what Slurm said when it refused', async () => {
    writeFileSync(cluster('refuses'), '');
    const answer = await run({ stages: ['features'], shards: null, dryRun: false });
    assert.ok(answer?.ok === false);
    assert.match(answer.failure.message, /refused the job: sbatch: error: invalid partition specified: moon/);
  });
});
