/** A study on three nodes of a real Slurm, against the same study on one machine. */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  engineMethods,
  type EngineMethod,
  type EngineParams,
  type EngineResult,
} from '../../src/protocol/engine';
import type { SlurmStatus, TaskState } from '../../src/protocol/slurm';
import { BuiltProgram } from '../unit/cli/support/builtProgram';
import { writeSharedStudy } from '../unit/cli/support/sharedStudy';
import { removeResults, results } from '../unit/cli/support/studyResults';
import { EngineProcess } from '../unit/engine/support/builtEngine';
import { bundle } from '../unit/support/bundle';
import { Cluster, nodes, whyNot } from './cluster';

const lacking = whyNot();
if (lacking !== null) console.warn(`The tests on Slurm are skipped: ${lacking}.`);

/** Slow enough to be caught at work, or never ending, as files in the study's folder say. */
const prologue = [
  'export LPCAM_TEST=1',
  '[ -e slow ] && [ -z "$SLURM_RESTART_COUNT" ] && sleep 10',
  'case "$SLURM_JOB_NAME" in lpcam-seeds*) [ -e hang ] && [ "$task" = 2 ] && sleep 600 ;; esac',
];

describe.skipIf(lacking !== null)('a study on a cluster of three nodes', () => {
  let program: BuiltProgram;
  let cluster: Cluster;
  let reader: EngineProcess;
  let readerFolder: string;
  let folder: string;
  let alone: Map<string, string>;
  let scores: unknown;

  async function lpcam(...args: string[]): Promise<Record<string, unknown>> {
    const { code, stdout, stderr } = await program.start([...args, '--json'], folder, cluster.environment)
      .ended;
    if (stdout === '') throw new Error(`lpcam ${args.join(' ')} ended with ${code}: ${stderr}`);
    return JSON.parse(stdout) as Record<string, unknown>;
  }

  /** As the editor asks. */
  async function ask<M extends EngineMethod>(method: M, params: EngineParams<M>): Promise<EngineResult<M>> {
    const answer = await reader.answer(reader.send(method, params));
    if (answer.type === 'failed') throw new Error(answer.failure.message);
    return engineMethods[method].result.parse(answer.value) as EngineResult<M>;
  }

  const clean = () => removeResults(folder);

  const status = async () => (await lpcam('status')) as unknown as SlurmStatus;
  const count = (found: SlurmStatus, state: TaskState) =>
    found.stages.reduce((sum, { counts }) => sum + counts[state], 0);

  /** Waits until nothing runs or waits any more. */
  async function ended(): Promise<SlurmStatus> {
    for (let i = 0; i < 250; i++) {
      const found = await status();
      if (count(found, 'running') + count(found, 'waiting') === 0) return found;
      await sleep(1000);
    }
    throw new Error(`The run does not end: ${JSON.stringify(await status(), null, 1)}`);
  }

  const scoresOf = async ({ folder: run }: SlurmStatus) => {
    const found = JSON.parse(await readFile(join(run, 'scores.json'), 'utf8')) as object;
    return { ...found, record: null };
  };

  const failures = (found: SlurmStatus) =>
    found.stages.flatMap(({ name, tasks }) =>
      tasks
        .filter(({ state }) => state === 'failed')
        .map(({ task, reason, tail }) => ({ name, task, reason, tail })),
    );

  beforeAll(async () => {
    program = await BuiltProgram.build();
    // A name that a shell, or Slurm's own patterns, would read otherwise.
    folder = join(await mkdtemp(join(tmpdir(), 'lpcam-study-')), "a lab's %a $(touch hacked)");
    await writeSharedStudy(folder, 12, {
      slurm: {
        partition: 'lab',
        time: '1',
        shards: 3,
        stages: { seeds: { throttle: 2 } },
        prologue: [`cd '${folder.replaceAll("'", `'\\''`)}'`, ...prologue],
        options: ['--comment=it is a "test" of $(touch hacked)'],
        command: [process.execPath, program.script],
      },
    });
    cluster = await Cluster.start(await mkdtemp(join(tmpdir(), 'lpcam-slurm-')));
    readerFolder = await bundle({ reader: 'src/engine/reader.ts' });
    reader = new EngineProcess(join(readerFolder, 'reader.cjs'), {
      SLURM_CONF: join(cluster.folder, 'slurm.conf'),
    });
    await lpcam('prototypes');
    await lpcam('seeds');
    scores = { ...(await lpcam('evaluate', 'seeds/lpcam')), record: null };
    alone = await results(folder);
  });

  afterAll(async () => {
    reader.child.kill('SIGKILL');
    await cluster.stop();
    await program.remove();
    await rm(readerFolder, { recursive: true, force: true });
    await rm(join(folder, '..'), { recursive: true, force: true });
  });

  it('prints what it would submit, and submits nothing', async () => {
    const dry = await program.start(['slurm', '--dry-run'], folder, cluster.environment).ended;
    expect(dry.code).toBe(0);
    expect(dry.stdout).toContain('--gres=gpu:1');
    expect(dry.stdout).toContain('--dependency=afterok:$features');
    expect(await cluster.ask('squeue', ['-h'])).toBe('');
  });

  it('gives the same bytes as on one machine', async () => {
    await clean();
    await lpcam('slurm');
    const found = await ended();
    expect(failures(found)).toEqual([]);
    expect(found.stages.map(({ name, total, counts }) => [name, counts.done, total])).toEqual([
      ['features', 3, 3],
      ['prototypes', 3, 3],
      ['bank', 1, 1],
      ['seeds', 3, 3],
      ['manifest', 1, 1],
      ['score', 3, 3],
      ['scores', 1, 1],
    ]);
    expect(await results(folder)).toEqual(alone);
    expect(await scoresOf(found)).toEqual(scores);
    expect(await readdir(folder)).not.toContain('hacked');
    expect(await readdir(found.folder)).not.toContain('hacked');
  });

  it('survives a node that dies in the middle', async () => {
    await clean();
    await writeFile(join(folder, 'slow'), '');
    await lpcam('slurm', '--stages', 'features,prototypes');
    let victim = '';
    await cluster.until('three tasks are at work', async () => {
      const text = await cluster.ask('squeue', ['-h', '-r', '-t', 'RUNNING', '-o', '%N']);
      victim = text.trim().split('\n')[1] ?? '';
      return nodes.every((node) => text.includes(node));
    });
    await sleep(1000);
    await cluster.killNode(victim);
    await rm(join(folder, 'slow'));
    const found = await ended();
    expect(failures(found)).toEqual([]);
    const log = await cluster.ask('scontrol', ['show', 'node', victim]);
    expect(log).toContain('State=DOWN');
    const bank = (files: Map<string, string>) => files.get('lpcam-bank.safetensors');
    expect(bank(await results(folder))).toBe(bank(alone));
    cluster.startNode(victim);
    await cluster.until('the node is back', async () =>
      (await cluster.ask('sinfo', ['-h', '-N', '-n', victim, '-o', '%T'])).includes('idle'),
    );
  });

  it('tells a task that ran out of time, and submits again only what is missing', async () => {
    await writeFile(join(folder, 'hang'), '');
    await lpcam('slurm', '--stages', 'seeds,score');
    const broken = await ended();
    expect(failures(broken)).toMatchObject([
      { name: 'seeds', task: 2, reason: expect.stringMatching(/out of time|TIMEOUT/) as string },
      { name: 'manifest', reason: expect.stringContaining('never began') as string },
      { name: 'score' },
      { name: 'score' },
      { name: 'score' },
      { name: 'scores' },
    ]);
    expect(failures(broken)[0]?.tail).toContain('DUE TO TIME LIMIT');
    await rm(join(folder, 'hang'));
    const again = await lpcam('status', '--resubmit');
    expect(again['resubmitted']).toMatchObject([
      { stage: 'seeds', tasks: [2] },
      { stage: 'manifest', tasks: [1] },
      { stage: 'score', tasks: [1, 2, 3] },
      { stage: 'scores', tasks: [1] },
    ]);
    const found = await ended();
    expect(failures(found)).toEqual([]);
    expect(await results(folder)).toEqual(alone);
    expect(await scoresOf(found)).toEqual(scores);
    expect((await lpcam('status', '--resubmit'))['resubmitted']).toEqual([]);
  });

  it('from the editor: seeds of CAM are submitted as they were shown, cancelled in the middle, and taken up again', async () => {
    await clean();
    await lpcam('seeds', '--method', 'cam');
    const camScores = { ...(await lpcam('evaluate', 'seeds/cam')), record: null };
    const camAlone = await results(folder);
    await clean();
    const study = join(folder, 'lpcam.json');
    const choices = await ask('slurmChoices', { study });
    expect(choices).toMatchObject({ configured: true, stages: [{}, {}, { name: 'seeds', shards: 3 }, {}] });
    const question = { study, method: 'cam', stages: ['seeds', 'score'], shards: null, run: null } as const;
    const shown = await ask('slurmScripts', { ...question, stages: [...question.stages] });
    expect(shown.stages).toMatchObject([
      { name: 'seeds', shards: 3 },
      { name: 'manifest', shards: 1 },
      { name: 'score', shards: 3 },
      { name: 'scores', shards: 1 },
    ]);
    expect(await cluster.ask('squeue', ['-h'])).toBe('');

    // Its second task never ends by itself.
    await writeFile(join(folder, 'hang'), '');
    const submitted = await ask('submitSlurmRun', {
      ...question,
      stages: [...question.stages],
      run: shown.id,
    });
    const { folder: run } = submitted;
    expect(submitted.id).toBe(shown.id);
    expect((await ask('slurmRuns', { study })).folders[0]).toBe(run);
    for (const { name } of submitted.stages)
      expect(shown.text).toContain(await readFile(join(run, `${name}.sh`), 'utf8'));
    await cluster.until('one task is done and one hangs', async () => {
      const found = await ask('slurmStatus', { folder: run });
      return count(found, 'done') === 2 && count(found, 'running') === 1;
    });

    expect((await ask('cancelSlurmRun', { folder: run })).cancelled).toEqual([
      { stage: 'seeds', tasks: [2] },
      { stage: 'manifest', tasks: [1] },
      { stage: 'score', tasks: [1, 2, 3] },
      { stage: 'scores', tasks: [1] },
    ]);
    await cluster.until(
      'the queue is empty',
      async () => (await cluster.ask('squeue', ['-h'])).trim() === '',
    );
    const cancelled = await ended();
    expect(cancelled.folder).toBe(run);
    expect([count(cancelled, 'done'), count(cancelled, 'failed'), count(cancelled, 'cancelled')]).toEqual([
      2, 0, 6,
    ]);
    const reasons = cancelled.stages.flatMap(({ tasks }) => tasks.map(({ reason }) => reason));
    expect(reasons[1]).toMatch(/^cancelled on lpcam\d$/);
    expect(reasons[3]).toBe('cancelled before it began');
    expect((await ask('cancelSlurmRun', { folder: run })).cancelled).toEqual([]);

    await rm(join(folder, 'hang'));
    expect((await ask('resubmitSlurmRun', { folder: run })).submitted).toMatchObject([
      { stage: 'seeds', tasks: [2] },
      { stage: 'manifest', tasks: [1] },
      { stage: 'score', tasks: [1, 2, 3] },
      { stage: 'scores', tasks: [1] },
    ]);
    const found = await ended();
    expect([count(found, 'done'), count(found, 'cancelled')]).toEqual([8, 0]);
    expect(await results(folder)).toEqual(camAlone);
    expect(await scoresOf(found)).toEqual(camScores);
    await expect(
      ask('submitSlurmRun', { ...question, stages: [...question.stages], run: shown.id }),
    ).rejects.toThrow(/was submitted before/);
  });

  it('is cancelled from the command line, too, by the end of its name', async () => {
    await writeFile(join(folder, 'slow'), '');
    await lpcam('slurm', '--stages', 'features');
    const { id } = await status();
    await lpcam('slurm', '--stages', 'seeds');
    const found = await lpcam('status', '--run', id.slice(-4), '--cancel');
    expect(found).toMatchObject({ id, cancelled: [{ stage: 'features', tasks: [1, 2, 3] }] });
    await lpcam('status', '--cancel');
    await ended();
    expect(count((await lpcam('status', '--run', id)) as unknown as SlurmStatus, 'failed')).toBe(0);
  });
});
