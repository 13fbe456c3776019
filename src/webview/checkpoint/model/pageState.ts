/** What arrived from the host, and what the person chose. */
import * as z from 'zod';
import type {
  CheckpointIdentity,
  CheckpointTable,
  CheckpointWarning,
  ClassifierMatrix,
  TensorStatistics,
} from '../../../protocol/checkpoint';
import type { ToCheckpointEditor } from '../../../protocol/checkpointEditor';
import type { Failure } from '../../../protocol/failure';
import { columns } from './tableRows';

export type PageMessage = Extract<ToCheckpointEditor, { request: number }>;

/** Undefined: not known yet. */
interface Hash {
  readonly value: string | null | undefined;
  /** Share that is hashed, 0..1. */
  readonly done: number;
}

export interface PageState {
  /** 0: nothing was opened yet. */
  readonly request: number;
  readonly path: string;
  /** The reading under way belongs to a file that changed: what is shown is its earlier state. */
  readonly stale: boolean;
  readonly table: CheckpointTable | null;
  readonly identity: CheckpointIdentity | null;
  readonly hash: Hash;
  /** From the hash, and so after the identity's. */
  readonly bankWarnings: readonly CheckpointWarning[];
  /** Grows in place: a checkpoint has thousands of tensors, and each arrives by itself. `revision` counts. */
  readonly statistics: ReadonlyMap<number, TensorStatistics>;
  readonly revision: number;
  readonly matrix: ClassifierMatrix | null;
  readonly matrixFailure: Failure | null;
  readonly histogramFailure: { readonly tensor: number; readonly failure: Failure } | null;
  readonly failure: Failure | null;
}

function nothing(): Omit<PageState, 'request' | 'path'> {
  return {
    stale: false,
    table: null,
    identity: null,
    hash: { value: undefined, done: 0 },
    bankWarnings: [],
    statistics: new Map(),
    revision: 0,
    matrix: null,
    matrixFailure: null,
    histogramFailure: null,
    failure: null,
  };
}

export function emptyState(): PageState {
  return { request: 0, path: '', ...nothing() };
}

/** With statistics added; those without a histogram do not take away one that is there. */
function withStatistics(state: PageState, added: TensorStatistics): PageState {
  const { statistics, revision } = state;
  const histogram = added.histogram ?? statistics.get(added.tensor)?.histogram ?? null;
  if (statistics instanceof Map) statistics.set(added.tensor, { ...added, histogram });
  return { ...state, revision: revision + 1 };
}

/** The state after a message; of an older reading nothing is taken. */
export function receive(state: PageState, message: PageMessage): PageState {
  if (message.type === 'opening') {
    const { request, path, keep } = message;
    return keep && state.table !== null && state.path === path
      ? { ...state, request, stale: true }
      : { ...emptyState(), request, path };
  }
  if (message.request !== state.request) return state;
  switch (message.type) {
    case 'table':
      return { ...state, ...nothing(), table: message.table };
    case 'identity':
      return { ...state, identity: message.identity };
    case 'failed':
      return state.stale
        ? { ...state, ...nothing(), failure: message.failure }
        : { ...state, failure: message.failure };
    case 'hashing': {
      const { done, total } = message.progress;
      return { ...state, hash: { value: undefined, done: total > 0 ? done / total : 0 } };
    }
    case 'hash':
      return { ...state, hash: { value: message.hash, done: 1 }, bankWarnings: message.warnings };
    case 'statistics':
      return withStatistics(state, message.statistics);
    case 'wished':
      return state;
    case 'histogramFailed':
      return { ...state, histogramFailure: { tensor: message.tensor, failure: message.failure } };
    case 'classifier':
      return { ...state, matrix: message.matrix, matrixFailure: null };
    case 'classifierFailed':
      return { ...state, matrixFailure: message.failure };
  }
}

export const sections = ['tensors', 'classifier'] as const;
export type Section = (typeof sections)[number];

const choicesSchema = z.object({
  section: z.enum(sections).catch('tensors'),
  filter: z.string().catch(''),
  sorting: z
    .object({ column: z.enum(columns), descending: z.boolean() })
    .nullable()
    .catch(null),
  /** Name of the selected tensor: it outlives a change of the file. */
  selected: z.string().nullable().catch(null),
  /** The histogram's counts on a logarithmic scale. */
  logarithmic: z.boolean().catch(false),
  scrollTop: z.number().catch(0),
});
/** What the person chose, kept over a reload. */
export type Choices = z.infer<typeof choicesSchema>;

/** Choices from an earlier page; whatever is damaged begins anew. */
export function restoreChoices(kept: unknown): Choices {
  return choicesSchema.parse(typeof kept === 'object' && kept !== null ? kept : {});
}
