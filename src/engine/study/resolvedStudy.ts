/** A study with every path absolute, every default filled in and its small files read. */
import type { Notice } from '../../lpcam/notice';
import type { PresetName, Settings } from '../../lpcam/presets';
import type { MadeStage } from '../../lpcam/stages';
import type { SystemName } from '../../lpcam/systems';
import type { DeviceChoice, PrecisionChoice } from '../../protocol/deviceNames';
import type { SlurmSettings } from '../../protocol/slurm';

export interface ResolvedStudy {
  /** Path of lpcam.json; null for a study without a file. */
  readonly file: string | null;
  /** Folder that relative paths start from. */
  readonly folder: string;
  /** What the status bar calls it. */
  readonly name: string;
  readonly checkpoint: string;
  /** Pattern of the checkpoints it follows, an absolute path; null: it follows none. */
  readonly follow: string | null;
  /** The system its defaults are those of; null: none is named or found, so LPCAM's preset alone. */
  readonly system: {
    readonly name: SystemName;
    readonly from: 'study' | 'found';
    /** What told, as the end of a sentence; null where the study names it. */
    readonly why: string | null;
  } | null;
  /** Class names, or null where nothing names them (the network's outputs are then called "class 0", ...). */
  readonly classes: readonly string[] | null;
  /**
   * Who says so: the study itself, a file found beside it, or only the preset's data set, which the classifier's size
   * may contradict; null without names.
   */
  readonly classesFrom: 'study' | 'found' | 'preset' | null;
  /** The file that names them; null where none does. */
  readonly classesFile: string | null;
  readonly dataset: {
    readonly images: string | null;
    readonly list: string | null;
    /** Image ids in the list's order; without a list, all labelled ones. */
    readonly ids: readonly string[];
    readonly labelsFile: string | null;
    /** Image id -> class indices, ascending; null without labels. */
    readonly labels: ReadonlyMap<string, readonly number[]> | null;
    readonly masks: string | null;
    /** Saliency maps that seeds are joined with when they are scored; null: none are named. */
    readonly saliency: string | null;
  };
  readonly network: {
    readonly features: string | null;
    readonly classifier: string | null;
    /** Input pixels per feature position, where a checkpoint of weights leaves it open. */
    readonly stride: number | null;
    /** Path of ReCAM's second classifier. */
    readonly predictor: string | null;
    /** Path of an ONNX export of the checkpoint's module. */
    readonly graph: string | null;
    /** RGB, 0..1. */
    readonly mean: readonly [number, number, number];
    readonly std: readonly [number, number, number];
  };
  readonly settings: Settings;
  /** Where seeds are, or will be written, in a folder for each kind. */
  readonly seedsFolder: string;
  /** The data set whose layouts and published values hold. */
  readonly preset: PresetName;
  /** Folders of stages that the study names; nobody has looked whether they are there. */
  readonly stages: Readonly<Partial<Record<MadeStage, string>>>;
  /** Where the prototype bank is, or will be written. */
  readonly bankPath: string;
  readonly device: DeviceChoice;
  readonly precision: PrecisionChoice;
  /** How its work goes to a cluster. */
  readonly slurm: SlurmSettings;
  readonly notices: readonly Notice[];
}
