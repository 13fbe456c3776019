/** What a run on Slurm would submit. Running it is test/slurm. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { readRun } from '../../../src/engine/slurm/runFile';
import { planRun, type PlanOptions } from '../../../src/engine/slurm/runPlan';
import { shellQuote } from '../../../src/engine/slurm/shellQuote';
import { planText, resubmit } from '../../../src/engine/slurm/submitRun';
import { slurmSettingsSchema } from '../../../src/protocol/slurm';
import { installSlurmDoubles } from '../../support/slurmDoubles';

const options: PlanOptions = {
  study: '/data/my study/lpcam.json',
  studyName: 'my study',
  settings: {},
  seedsFolder: '/data/my study/seeds',
  method: 'lpcam',
  stages: null,
  withMasks: true,
  shards: null,
  run: null,
  command: ['node', '/opt/lpcam.cjs'],
};
const plan = (changes: Partial<PlanOptions> = {}) => planRun({ ...options, ...changes });

const hostile = [
  "it's",
  'a "b" `id` $(id) ${HOME}',
  '; rm -rf / #',
  'line\nbreak\ttab',
  '-n',
  '*?[a]{b,c}~!&|<>()\\',
  'ü 漢',
  '',
];

it.each(hostile)('a shell reads %j as it was', (word) => {
  const read = execFileSync('bash', ['-c', `printf '%s' ${shellQuote(word)}`]);
  expect(read.toString()).toBe(word);
});

it('scripts are shell that bash accepts, whatever the paths hold', () => {
  const study = `/data/${hostile.join('').replace(/[\\/\n\t]/g, '')}/lpcam.json`;
  const { scripts } = plan({ study, command: hostile });
  expect(scripts.size).toBe(7);
  for (const text of scripts.values()) execFileSync('bash', ['-n'], { input: text });
});

it('asks for one GPU where the network runs, and for what the study says', () => {
  const of = (name: string, changes: Partial<PlanOptions> = {}) =>
    plan(changes).run.stages.find((stage) => stage.name === name);
  expect(of('seeds')?.options).toContain('--gres=gpu:1');
  expect(of('score')?.options.join(' ')).not.toContain('--gres');
  expect(of('seeds', { settings: { gres: null } })?.options.join(' ')).not.toContain('--gres');
  const settings = {
    partition: 'gpu; id',
    account: 'lab',
    time: '2-00:00:00',
    memory: '16G',
    throttle: 4,
    shards: 20,
    stages: { prototypes: { shards: 5, partition: 'cpu' }, merge: { time: '10' } },
  };
  expect(of('features', { settings })).toMatchObject({ shards: 20, throttle: 4 });
  expect(of('features', { settings })?.options).toEqual(
    expect.arrayContaining(['--partition=gpu; id', '--account=lab', '--time=2-00:00:00', '--mem=16G']),
  );
  expect(of('prototypes', { settings })).toMatchObject({ shards: 5 });
  expect(of('prototypes', { settings })?.options).toContain('--partition=cpu');
  expect(of('bank', { settings })?.options).toContain('--time=10');
});

it('prints each stage after the one before, scoring only where there are masks', () => {
  const text = planText(plan({ settings: { throttle: 2 }, shards: 3 }));
  expect(text).toMatch(/features=\$\(sbatch --parsable --array=1-3%2 .*\nprototypes=.*afterok:\$features/);
  expect(text).toContain('afterok:$prototypes');
  expect(plan({ withMasks: false }).run.stages.map(({ name }) => name)).toEqual([
    'features',
    'prototypes',
    'bank',
    'seeds',
    'manifest',
  ]);
  expect(() => plan({ withMasks: false, stages: ['score'] })).toThrow(/no masks/);
});

it('makes no prototypes for the seeds of CAM, unless they are asked for', () => {
  const cam = plan({ method: 'cam' });
  expect(cam.run.stages.map(({ name }) => name)).toEqual(['seeds', 'manifest', 'score', 'scores']);
  const commands = [...cam.scripts.values()].join('\n');
  expect(commands).toContain('--method cam');
  expect(commands).toContain("'/data/my study/seeds/cam'");
  expect(commands).not.toContain('--method lpcam');
  expect(plan({ method: 'cam', stages: ['features', 'seeds'] }).run.stages[0]?.name).toBe('features');
});

it('is submitted under the name that it was shown with', () => {
  const shown = plan();
  const { run, folder, scripts } = plan({ run: shown.run.id });
  expect({ ...run, created: '' }).toEqual({ ...shown.run, created: '' });
  expect(folder).toBe(shown.folder);
  expect(scripts).toEqual(shown.scripts);
});

it('refuses settings that are none', () => {
  const wrong = [
    { partition: 'a\nb' },
    { time: 'soon' },
    { memory: 'much' },
    { options: ['-p gpu'] },
    { shards: 0 },
    { command: [] },
    { nodes: 3 },
  ];
  for (const settings of wrong) expect(slurmSettingsSchema.safeParse(settings).success).toBe(false);
});

it('hands no words of a run’s file to Slurm that are no job', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'lpcam-run-'));
  const job = (id: string) => ({ id, tasks: [1], submitted: '2026-11-23T00:00:00Z' });
  const run = (id: string) => ({
    ...plan().run,
    stages: plan().run.stages.map((stage) => ({ ...stage, jobs: [job(id)] })),
  });
  const file = join(folder, 'run.json');
  try {
    writeFileSync(file, JSON.stringify(run('4711')));
    expect((await readRun(folder)).stages[0]?.jobs[0]?.id).toBe('4711');
    writeFileSync(file, JSON.stringify(run('--user=me')));
    await expect(readRun(folder)).rejects.toThrow(`${file} is damaged`);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it('submits again after everything of the stage before that still runs, also where another task of its job failed', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'lpcam-run-'));
  const job = (id: string, tasks: number[]) => ({ id, tasks, submitted: '2026-11-23T00:00:00Z' });
  const { run } = plan({ stages: ['features', 'prototypes'], shards: 3 });
  // Of the first job task 2 failed and was submitted again; task 3 still runs. The prototypes were given up meanwhile.
  const features = [job('11', [1, 2, 3]), job('14', [2])];
  const prototypes = [job('12', [1, 2, 3])];
  const stages = run.stages.map((stage) => ({
    ...stage,
    jobs: stage.name === 'features' ? features : prototypes,
  }));
  vi.stubEnv('PATH', installSlurmDoubles(folder));
  try {
    writeFileSync(join(folder, 'run.json'), JSON.stringify({ ...run, stages: stages.slice(0, 2) }));
    mkdirSync(join(folder, 'state'));
    writeFileSync(join(folder, 'state', 'features-1'), 'ended:0 11_1 node1 1\n');
    writeFileSync(join(folder, 'queue'), '11_3|RUNNING|None\n14_2|RUNNING|None\n');
    expect(await resubmit(folder)).toMatchObject([{ stage: 'prototypes', tasks: [1, 2, 3] }]);
    const submitted = readFileSync(join(folder, 'submitted'), 'utf8');
    expect(submitted).toContain('--dependency=afterany:11,afterok:14 ');
  } finally {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
  }
});
