/** A study on three nodes of a real Slurm, against the same study on one machine. */
import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SlurmStatus } from '../../src/protocol/slurm';
import { BuiltProgram, root } from '../unit/cli/support/builtProgram';
import { Cluster, nodes, whyNot } from './cluster';

const demo = join(root, 'demo');
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
  let folder: string;
  let alone: Map<string, string>;
  let scores: unknown;

  async function lpcam(...args: string[]): Promise<Record<string, unknown>> {
    const { code, stdout, stderr } = await program.start([...args, '--json'], folder, cluster.environment)
      .ended;
    if (stdout === '') throw new Error(`lpcam ${args.join(' ')} ended with ${code}: ${stderr}`);
    return JSON.parse(stdout) as Record<string, unknown>;
  }

  async function results(): Promise<Map<string, string>> {
    const found = new Map<string, string>();
    for (const name of (await readdir(folder, { recursive: true })).sort()) {
      const path = join(folder, name);
      if (!/^(seeds|lpcam-bank)/.test(name) || !(await stat(path)).isFile()) continue;
      found.set(name, (await readFile(path)).toString('latin1'));
    }
    return found;
  }

  async function clean(): Promise<void> {
    for (const name of await readdir(folder))
      if (/^(seeds|lpcam-bank)/.test(name)) await rm(join(folder, name), { recursive: true });
  }

  const status = async () => (await lpcam('status')) as unknown as SlurmStatus;
  const count = (found: SlurmStatus, state: 'done' | 'failed' | 'running' | 'waiting') =>
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
    await mkdir(folder);
    const train = await readFile(join(demo, 'ImageSets/Segmentation/train.txt'), 'utf8');
    const ids = train.trim().split('\n').slice(0, 12);
    await mkdir(join(folder, 'images'));
    for (const id of ids)
      await cp(join(demo, 'JPEGImages', `${id}.jpg`), join(folder, 'images', `${id}.jpg`));
    await writeFile(join(folder, 'list.txt'), ids.join('\n'));
    await writeFile(
      join(folder, 'lpcam.json'),
      JSON.stringify({
        checkpoint: join(demo, 'checkpoints/demo_cam.onnx'),
        classes: join(demo, 'classes.txt'),
        dataset: {
          images: 'images',
          list: 'list.txt',
          labels: join(demo, 'labels.json'),
          masks: join(demo, 'SegmentationClass'),
        },
        clustering: { k: 3, maxIterations: 20 },
        inference: { scales: [1, 0.5], mirror: true },
        device: 'cpu',
        slurm: {
          partition: 'lab',
          time: '1',
          shards: 3,
          stages: { seeds: { throttle: 2 } },
          prologue: [`cd '${folder.replaceAll("'", `'\\''`)}'`, ...prologue],
          options: ['--comment=it is a "test" of $(touch hacked)'],
          command: [process.execPath, program.script],
        },
      }),
    );
    cluster = await Cluster.start(await mkdtemp(join(tmpdir(), 'lpcam-slurm-')));
    await lpcam('prototypes');
    await lpcam('seeds');
    scores = { ...(await lpcam('evaluate', 'seeds/lpcam')), record: null };
    alone = await results();
  });

  afterAll(async () => {
    await cluster.stop();
    await program.remove();
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
    expect(await results()).toEqual(alone);
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
    expect(bank(await results())).toBe(bank(alone));
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
    expect(await results()).toEqual(alone);
    expect(await scoresOf(found)).toEqual(scores);
    expect((await lpcam('status', '--resubmit'))['resubmitted']).toEqual([]);
  });
});
