/** How far a run is: from what its tasks left in its folder, and from the queue where one can be asked. */
import { open, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  taskStates,
  type SlurmRun,
  type SlurmStatus,
  type TaskState,
  type TaskStatus,
} from '../../protocol/slurm';
import { readRun } from './runFile';
import { sacct, squeue, type QueuedTask } from './slurmTools';

const tailBytes = 4096;
const tailLines = 15;
/** Why a job will never start, in Slurm's words. */
const hopeless = new Set(['DependencyNeverSatisfied']);

/** What a task last wrote of itself. */
interface Note {
  /** Null: it runs, as far as it knows. */
  readonly code: number | null;
  readonly job: string;
  readonly host: string;
}

async function noteOf(path: string): Promise<Note | null> {
  const text = await readFile(path, 'utf8').catch(() => '');
  const found = /^(?:running|ended:(\d+)) (\S+) (\S+) \d+/.exec(text);
  if (found === null) return null;
  return {
    code: found[1] === undefined ? null : Number(found[1]),
    job: found[2] ?? '',
    host: found[3] ?? '',
  };
}

/** The last lines of a file. */
async function tailOf(path: string): Promise<string> {
  const handle = await open(path).catch(() => null);
  if (handle === null) return '';
  try {
    const { size } = await handle.stat();
    const bytes = Buffer.alloc(Math.min(size, tailBytes));
    await handle.read(bytes, 0, bytes.length, size - bytes.length);
    // Progress that is written over itself counts as lines, too.
    const lines = bytes.toString('utf8').split(/[\r\n]+/);
    return lines
      .filter((line) => line.trim() !== '')
      .slice(-tailLines)
      .join('\n');
  } finally {
    await handle.close();
  }
}

function endText(note: Note, final: string | undefined, tail: string): string {
  if (final !== undefined && final !== 'FAILED' && final !== 'COMPLETED') return `${final} on ${note.host}`;
  if (/DUE TO TIME LIMIT/.test(tail)) return `out of time on ${note.host}`;
  if (/DUE TO NODE FAILURE/.test(tail)) return `its node ${note.host} failed`;
  if (/oom.?kill|out of memory/i.test(tail)) return `out of memory on ${note.host}`;
  if (note.code === null) return `killed on ${note.host}, or the node went`;
  return note.code === 130 || note.code === 143
    ? `stopped on ${note.host}`
    : `ended with ${note.code} on ${note.host}`;
}

/** Whether it came to its own end, not to that of a signal. */
function endedItself({ code }: Note): boolean {
  return code !== null && code < 128;
}

class RunLook {
  private constructor(
    private readonly folder: string,
    private readonly queue: ReadonlyMap<string, QueuedTask> | null,
    private readonly final: ReadonlyMap<string, string>,
    private readonly logs: ReadonlySet<string>,
  ) {}

  static async at(folder: string, run: SlurmRun): Promise<RunLook> {
    const jobs = run.stages.flatMap((stage) => stage.jobs.map(({ id }) => id));
    const logs = await readdir(join(folder, 'logs')).catch(() => []);
    return new RunLook(folder, await squeue(jobs), await sacct(jobs), new Set(logs));
  }

  get asked(): boolean {
    return this.queue !== null;
  }

  private log(stage: string, task: number, jobs: readonly string[]): string | null {
    const names = [...jobs].reverse().map((id) => `${stage}-${task}-${id}.log`);
    const name = names.find((one) => this.logs.has(one));
    return name === undefined ? null : join(this.folder, 'logs', name);
  }

  private stateOf(
    note: Note | null,
    ids: readonly string[],
    cancelled: boolean,
    tail: string,
  ): { state: TaskState; reason: string } {
    if (note?.code === 0) return { state: 'done', reason: '' };
    const last = ids.at(-1);
    if (last === undefined) return { state: 'failed', reason: 'was never submitted' };
    const queued = this.queue?.get(last);
    if (queued !== undefined) {
      if (hopeless.has(queued.reason)) return { state: 'failed', reason: 'what it waits for failed' };
      if (queued.state === 'PENDING' || queued.state === 'REQUEUED')
        return { state: 'waiting', reason: queued.reason === 'None' ? '' : queued.reason };
      if (queued.state === 'RUNNING' || queued.state === 'COMPLETING' || queued.state === 'CONFIGURING')
        return {
          state: 'running',
          reason: cancelled ? 'is being cancelled' : note === null ? '' : `on ${note.host}`,
        };
    }
    // A note of an earlier submission says nothing of the last one.
    const own = note !== null && ids.at(-1) === note.job ? note : null;
    const final = this.final.get(last);
    if (cancelled && own === null) return { state: 'cancelled', reason: 'cancelled before it began' };
    if (own !== null && ((cancelled && !endedItself(own)) || final === 'CANCELLED'))
      return { state: 'cancelled', reason: `cancelled on ${own.host}` };
    if (this.queue === null) {
      if (own === null) return { state: 'unknown', reason: 'has not begun' };
      if (own.code === null) return { state: 'unknown', reason: `began on ${own.host}` };
    }
    if (own === null)
      return { state: 'failed', reason: 'never began: what it waits for failed, or it was cancelled' };
    return { state: 'failed', reason: endText(own, final, tail) };
  }

  async task(stage: SlurmRun['stages'][number], task: number): Promise<TaskStatus> {
    const own = stage.jobs.filter(({ tasks }) => tasks.includes(task));
    const jobs = own.map(({ id }) => id);
    const note = await noteOf(join(this.folder, 'state', `${stage.name}-${task}`));
    const log = this.log(stage.name, task, jobs);
    if (note?.code === 0) return { task, state: 'done', reason: '', log, tail: '' };
    const tail = log === null ? '' : await tailOf(log);
    const { state, reason } = this.stateOf(
      note,
      jobs.map((id) => `${id}_${task}`),
      own.at(-1)?.cancelled.includes(task) === true,
      tail,
    );
    return { task, state, reason, log, tail: state === 'failed' ? tail : '' };
  }
}

/** @throws InputError when it is no run's folder */
export async function statusOf(folder: string): Promise<SlurmStatus> {
  const run = await readRun(folder);
  const look = await RunLook.at(folder, run);
  const stages: SlurmStatus['stages'] = [];
  for (const stage of run.stages) {
    const tasks: TaskStatus[] = [];
    for (let task = 1; task <= stage.shards; task++) tasks.push(await look.task(stage, task));
    const counts = Object.fromEntries(
      taskStates.map((state) => [state, tasks.filter((task) => task.state === state).length]),
    ) as Record<TaskState, number>;
    stages.push({ name: stage.name, total: stage.shards, counts, tasks });
  }
  const { id, study, created } = run;
  return { id, folder, study, created, queue: look.asked, stages };
}
