/** What the tree of runs is made of: runs, their stages, and the tasks of them that failed or are at work. */
import { basename } from 'node:path';
import type { SlurmStatus, TaskState, TaskStatus } from '../../protocol/slurm';
import { studyName } from '../study/studyReference';
import { tasksIn, type ShownRun } from './slurmRuns';

type RunStage = SlurmStatus['stages'][number];

/** Tasks of a stage that are listed; the others are of the same making. */
const mostTasks = 100;

export interface RunNode {
  readonly kind: 'slurmRun';
  readonly run: ShownRun;
}
export interface StageNode {
  readonly kind: 'slurmStage';
  readonly run: ShownRun;
  readonly stage: RunStage;
}
export interface TaskNode {
  readonly kind: 'slurmTask';
  readonly run: ShownRun;
  readonly stage: RunStage;
  readonly task: TaskStatus;
}
/** In the place of tasks that are too many to list. */
export interface MoreNode {
  readonly kind: 'slurmMore';
  readonly run: ShownRun;
  readonly stage: RunStage;
  readonly count: number;
}
export type SlurmNode = RunNode | StageNode | TaskNode | MoreNode;

const kinds: readonly unknown[] = ['slurmRun', 'slurmStage', 'slurmTask', 'slurmMore'];

/** Whether a command was given a node of this tree. */
export function isSlurmNode(value: unknown): value is SlurmNode {
  return typeof value === 'object' && value !== null && 'kind' in value && kinds.includes(value.kind);
}

/** Tasks with something to tell, failures first. */
function toldTasks({ tasks }: RunStage): TaskStatus[] {
  const of = (state: TaskState) => tasks.filter((task) => task.state === state);
  const begun = [...of('cancelled'), ...of('unknown')].filter(({ log }) => log !== null);
  return [...of('failed'), ...of('running'), ...begun];
}

export function childrenOf(node: SlurmNode): SlurmNode[] {
  const { run } = node;
  switch (node.kind) {
    case 'slurmRun':
      return (run.status?.stages ?? []).map((stage) => ({ kind: 'slurmStage', run, stage }));
    case 'slurmStage': {
      const { stage } = node;
      const tasks = toldTasks(stage);
      const shown = tasks
        .slice(0, mostTasks)
        .map((task) => ({ kind: 'slurmTask' as const, run, stage, task }));
      const count = tasks.length - shown.length;
      return count > 0 ? [...shown, { kind: 'slurmMore', run, stage, count }] : shown;
    }
    case 'slurmTask':
    case 'slurmMore':
      return [];
  }
}

/** Stays the same while a node means the same, so that the tree keeps what is unfolded and selected. */
export function slurmNodeId(node: SlurmNode): string {
  const stage = 'stage' in node ? [node.stage.name] : [];
  const task = 'task' in node ? [node.task.task] : [];
  return JSON.stringify([node.kind, node.run.folder, ...stage, ...task]);
}

export interface SlurmNodeText {
  readonly label: string;
  readonly description: string;
  /** Name of a product icon. */
  readonly icon: string;
  /** Name of a theme's colour; null: the text's. */
  readonly colour: string | null;
  readonly tooltip: readonly string[];
}

const looks: Readonly<Record<TaskState, { icon: string; colour: string | null }>> = {
  failed: { icon: 'error', colour: 'list.errorForeground' },
  running: { icon: 'loading~spin', colour: null },
  waiting: { icon: 'clock', colour: null },
  cancelled: { icon: 'circle-slash', colour: null },
  unknown: { icon: 'question', colour: null },
  done: { icon: 'pass', colour: 'testing.iconPassed' },
};

/** What stands for several tasks: what needs somebody first. */
function foremost(count: (state: TaskState) => number): TaskState {
  const order: readonly TaskState[] = ['failed', 'running', 'unknown', 'waiting', 'cancelled'];
  return order.find((state) => count(state) > 0) ?? 'done';
}

/** `3/8 done, 1 failed, 2 running` */
function countsText(total: number, count: (state: TaskState) => number): string {
  const others = (['failed', 'running', 'waiting', 'cancelled', 'unknown'] as const).filter(
    (state) => count(state) > 0,
  );
  return [`${count('done')}/${total} done`, ...others.map((state) => `${count(state)} ${state}`)].join(', ');
}

function runText({ run }: RunNode): SlurmNodeText {
  const { status, failure, folder, study } = run;
  const name = studyName({ file: study });
  if (status === null)
    return {
      label: basename(folder),
      description: failure?.message ?? '',
      ...looks.failed,
      tooltip: [failure?.message ?? ''],
    };
  const total = status.stages.reduce((sum, stage) => sum + stage.total, 0);
  const count = (state: TaskState) => tasksIn(status, state);
  const queue = status.queue
    ? []
    : ['The queue cannot be asked here (squeue): what has not ended may still run.'];
  return {
    // Short: the side bar is narrow, and the counts stand behind it.
    label: `${name}, ${new Date(status.created).toLocaleString(undefined, { day: 'numeric', month: 'short', hour: 'numeric', minute: 'numeric' })}`,
    description: countsText(total, count),
    ...looks[foremost(count)],
    tooltip: [`Run ${status.id}`, `Study: ${study}`, `Folder: ${folder}`, ...queue],
  };
}

export function slurmNodeText(node: SlurmNode): SlurmNodeText {
  switch (node.kind) {
    case 'slurmRun':
      return runText(node);
    case 'slurmStage': {
      const { name, total, counts } = node.stage;
      const count = (state: TaskState) => counts[state];
      return {
        label: name,
        description: countsText(total, count),
        ...looks[foremost(count)],
        tooltip: [name],
      };
    }
    case 'slurmTask': {
      const { task, state, reason, log, tail } = node.task;
      const label = `Task ${task}`;
      const end = tail === '' ? [] : [`Its log ends with:\n${tail}`];
      const where = log === null ? ['It has no log.'] : [`Log: ${log}`];
      return {
        label,
        description: reason,
        ...looks[state],
        tooltip: [`${label}: ${state}`, reason, ...where, ...end],
      };
    }
    case 'slurmMore':
      return { label: `${node.count} more`, description: '', icon: 'ellipsis', colour: null, tooltip: [] };
  }
}
