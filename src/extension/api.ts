/** What `activate` returns to other extensions and to the tests: to look at, not to change. */
import type { StageName } from '../lpcam/stages';
import type { BankComparison } from '../protocol/comparison';
import type { CheckpointIdentity, CheckpointTable } from '../protocol/checkpoint';
import type { Failure } from '../protocol/failure';
import type { ShownSeed } from '../protocol/seed';
import type { Timeline } from '../protocol/timeline';
import type { SeedScores } from '../protocol/score';
import type { Trial } from '../protocol/imagePanel';
import type { EngineState } from './client/engineClient';
import type { TrialMessage } from './panel/imagePanelHost';

export interface PanelView {
  /** Path. */
  readonly image: string;
  /** Path of the study file; null for a checkpoint without one. */
  readonly study: string | null;
  readonly visible: boolean;
  /** The page's script runs. */
  readonly ready: boolean;
  /** Counts the runs of this panel. */
  readonly request: number;
  /** Names of the image's classes, once the header is there. */
  readonly classes: readonly string[] | null;
  /** Centres of those classes in the prototype bank. */
  readonly centres: number | null;
  /** Scales whose maps have arrived. */
  readonly scales: number;
  readonly done: boolean;
  readonly failure: Failure | null;
  /** SHA-256 of the checkpoint that is shown, hex. */
  readonly checkpointHash: string | null;
  /** SHA-256 of a newer checkpoint that the panel offers; null: none. */
  readonly freshHash: string | null;
  /** A value of the code that is tried in it. */
  readonly trial: Trial | null;
}

/** A comparison of two prototype banks. */
export interface ComparisonView {
  readonly first: string;
  readonly second: string;
  /** The page's script runs. */
  readonly ready: boolean;
  /** Path of the image that is shown under both; null before one was found. */
  readonly image: string | null;
  /** Null until it is there. */
  readonly comparison: BankComparison | null;
  readonly failure: Failure | null;
}

/** The timeline of a study. */
export interface TimelineView {
  /** Path of the study file; null for a checkpoint without one. */
  readonly study: string | null;
  /** The page's script runs. */
  readonly ready: boolean;
  /** Points are being computed. */
  readonly computing: boolean;
  /** Null until it is there. */
  readonly timeline: Timeline | null;
  readonly failure: Failure | null;
}

/** Seeds that are scored, or compared. */
export interface TriageView {
  /** Folder. */
  readonly first: string;
  readonly second: string | null;
  /** The page's script runs. */
  readonly ready: boolean;
  readonly busy: boolean;
  /** Null until they are there. */
  readonly scores: SeedScores | null;
  readonly failure: Failure | null;
}

/** A stage strip. */
export interface StagesView {
  /** Path; null until the study's first image is known. */
  readonly image: string | null;
  /** Path of the study file; null for a checkpoint without one. */
  readonly study: string | null;
  /** The page's script runs. */
  readonly ready: boolean;
  /** Counts the readings of this strip. */
  readonly request: number;
  /** Place in the study's list, from 0. */
  readonly index: number | null;
  /** Null until the files are read. */
  readonly stages:
    | readonly {
        readonly name: StageName;
        readonly folder: string | null;
        readonly from: 'study' | 'found' | null;
        readonly file: string | null;
        readonly kind: 'maps' | 'labels' | null;
        readonly fault: string | null;
      }[]
    | null;
  /** Classes with maps that were computed in place of files; null: none were. */
  readonly computed: { readonly cam: number; readonly lpcam: number | null } | null;
  /** Why nothing was computed. */
  readonly notComputed: Failure | null;
  readonly failure: Failure | null;
}

/** A checkpoint editor. */
export interface CheckpointEditorView {
  /** Path. */
  readonly checkpoint: string;
  readonly visible: boolean;
  /** Counts the readings of the file by this editor. */
  readonly request: number;
  /** What the file holds, once it was read. */
  readonly table: CheckpointTable | null;
  readonly identity: CheckpointIdentity | null;
  /** SHA-256, hex. */
  readonly hash: string | null;
  readonly failure: Failure | null;
}

/** A seed file's editor. */
export interface SeedEditorView {
  /** Path. */
  readonly path: string;
  readonly visible: boolean;
  /** Counts the readings of the file by this editor. */
  readonly request: number;
  /** What the file holds, once it was read. */
  readonly seed: ShownSeed | null;
  readonly failure: Failure | null;
}

/** A line of a tree in the activity bar. */
export interface StudiesNodeView {
  readonly label: string;
  readonly description: string;
  /** Markdown. */
  readonly tooltip: string;
  /** Name of a product icon. */
  readonly icon: string;
  /** What the menus go by. */
  readonly context: string;
  /** What a screen reader says. */
  readonly spoken: string;
  readonly unfolds: boolean;
  /** What a click runs. */
  readonly command: { readonly name: string; readonly arguments: readonly unknown[] } | null;
  /** What the commands of its menu are given. */
  readonly node: unknown;
}

export interface LpcamApi {
  readonly engine: { readonly pid: number | undefined; readonly state: EngineState };
  /** The process that looks into checkpoints, while there is one. */
  readonly readerPid: number | undefined;
  readonly panels: readonly PanelView[];
  readonly checkpoints: readonly CheckpointEditorView[];
  readonly seeds: readonly SeedEditorView[];
  /** The comparisons of two banks. */
  readonly comparisons: readonly ComparisonView[];
  readonly timelines: readonly TimelineView[];
  /** The panels of scored seeds. */
  readonly triage: readonly TriageView[];
  /** Lines of texts that were looked at for image references since the start. */
  readonly linesScanned: number;
  /** What the buttons beside a tried value do in an image's panel. */
  readonly tellTrial: (image: string, message: TrialMessage) => Promise<void>;
  /** Where copies of files lie that are not on disk, while they are looked at. */
  readonly copiesFolder: string;
  /** The stage strips. */
  readonly stageStrips: readonly StagesView[];
  /** Children of a node of the tree; of none: the studies. */
  readonly studies: (parent?: StudiesNodeView) => Promise<readonly StudiesNodeView[]>;
  /** Children of a node of the tree of runs on Slurm; of none: the runs. */
  readonly slurmRuns: (parent?: StudiesNodeView) => Promise<readonly StudiesNodeView[]>;
  /** Whether the runs will be looked at again by themselves. */
  readonly slurmPolling: boolean;
  readonly statusBar: { readonly text: string; readonly tooltip: string };
}
