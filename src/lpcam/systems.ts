/** The weakly supervised systems LPCAM plugs into, and what each publishes as its settings. */
import type { MctFormerRule } from './mctFormer';
import type { SeedSchema } from './seedSchemas';
import type { Inference, PresetName, Settings } from './presets';

export const systemNames = [
  'lpcam-voc',
  'lpcam-coco',
  'irn',
  'amn',
  'recam',
  'edam',
  'seam',
  'mctformer-v2',
  'mctformer-plus',
  'generic',
] as const;
export type SystemName = (typeof systemNames)[number];

/** What a system sets apart from LPCAM's own settings of the data set. */
interface System {
  /** As its authors write it. */
  readonly title: string;
  /** The data set it is for; null: either. */
  readonly preset: PresetName | null;
  /** Background score its seeds are evaluated at; null: it publishes a sweep, or is LPCAM itself, so LPCAM's stays. */
  readonly threshold: Readonly<Record<PresetName, number>> | null;
  /** Null: LPCAM's, which are the IRN family's. */
  readonly inference: Inference | null;
  /** What its next stage reads; absent: IRN's schema. */
  readonly seeds?: SeedSchema;
  /** How its CAM is made and LPCAM takes part in it; absent: CAM and LPCAM stand for themselves. */
  readonly fusion?: MctFormerRule;
}

const both = (threshold: number) => ({ voc: threshold, coco: threshold });

/** Every one of them normalises with ImageNet's mean and standard deviation, which is the default anyway. */
const systems: Readonly<Record<SystemName, System>> = {
  'lpcam-voc': { title: 'LPCAM on PASCAL VOC 2012', preset: 'voc', threshold: null, inference: null },
  'lpcam-coco': { title: 'LPCAM on MS COCO 2014', preset: 'coco', threshold: null, inference: null },
  irn: { title: 'IRN', preset: null, threshold: both(0.15), inference: null },
  amn: { title: 'AMN', preset: null, threshold: both(0.25), inference: null },
  recam: { title: 'ReCAM', preset: null, threshold: { voc: 0.21, coco: 0.15 }, inference: null },
  // The plug-in is LPCAM's seeds joined with EDAM's saliency maps (its authors' word), so they are made as LPCAM's are.
  edam: { title: 'EDAM', preset: null, threshold: null, inference: null, seeds: 'dict' },
  seam: {
    title: 'SEAM',
    preset: null,
    threshold: both(0.26),
    inference: { scales: [0.5, 1, 1.5, 2], mirror: true },
    seeds: 'dict',
  },
  'mctformer-v2': {
    title: 'MCTformer V2',
    preset: null,
    threshold: null,
    inference: { scales: [1], mirror: true },
    seeds: 'dict',
    fusion: 'v2',
  },
  'mctformer-plus': {
    title: 'MCTformer+',
    preset: null,
    threshold: null,
    inference: { scales: [1, 0.75, 1.25], mirror: true },
    seeds: 'dict',
    fusion: 'plus',
  },
  generic: { title: 'no particular system', preset: null, threshold: null, inference: null },
};

export function systemTitle(name: SystemName): string {
  return systems[name].title;
}

/** What the next stage of a system reads as seeds; of none: what the IRN family does. */
export function seedSchemaOf(name: SystemName | null): SeedSchema {
  return name === null ? 'irn' : (systems[name].seeds ?? 'irn');
}

/** The data set a system is for; null: either. */
export function systemPreset(name: SystemName): PresetName | null {
  return systems[name].preset;
}

/** How a system fuses its attention with LPCAM; null: it does not. */
export function systemFusion(name: SystemName): MctFormerRule | null {
  return systems[name].fusion ?? null;
}

/** A preset's settings with what a system publishes over them. */
export function systemSettings(base: Settings, preset: PresetName, name: SystemName): Settings {
  const { threshold, inference } = systems[name];
  return {
    ...base,
    inference: inference ?? base.inference,
    seeds: threshold === null ? base.seeds : { threshold: threshold[preset] },
  };
}

/** Is it the name of a system? The architectures of checkpoints have others besides, such as `torchvision`. */
export function isSystemName(name: string): name is SystemName {
  return (systemNames as readonly string[]).includes(name);
}
