/**
 * The stages from an image to its pseudo mask, and where each system's published code leaves them: the default folders
 * of its scripts (LPCAM, ReCAM, AMN: run_sample.py; IRN: run_sample.py; MCTformer: run.sh, run_psa.sh, run_coco.sh;
 * SEAM and EDAM name no folders, so the names of their scripts' arguments stand for them).
 */
import type { PresetName } from './presets';
import type { SystemName } from './systems';

/** Stages whose files a study's work space holds, in the order in which they are made. */
export const madeStages = ['cam', 'lpcam', 'irLabel', 'pseudoMask'] as const;
export type MadeStage = (typeof madeStages)[number];

export const stageNames = [...madeStages, 'groundTruth'] as const;
export type StageName = (typeof stageNames)[number];

export const stageTitles: Readonly<Record<StageName, string>> = {
  cam: 'CAM',
  lpcam: 'LPCAM',
  irLabel: 'IR label',
  pseudoMask: 'Pseudo mask',
  groundTruth: 'Ground truth',
};

/** Folders inside a work space, the best first. */
type Layout = Readonly<Record<MadeStage, readonly string[]>>;

const irn: Layout = {
  cam: ['result/cam'],
  lpcam: [],
  irLabel: ['result/ir_label'],
  pseudoMask: ['result/sem_seg'],
};
const lpcam: Layout = {
  cam: ['cam_mask'],
  lpcam: ['lpcam_mask'],
  irLabel: ['ir_label'],
  pseudoMask: ['sem_seg'],
};
const recam: Layout = { ...lpcam, lpcam: [] };
/** IRNet learns from what AMN made of the first labels, so those come first. */
const amn: Layout = {
  cam: ['result/amn_cam', 'result/cam'],
  lpcam: [],
  irLabel: ['result/amn_ir_label', 'result/ir_label'],
  pseudoMask: ['result/sem_seg'],
};
const mctFormer = (maps: string, where: string): Layout => ({
  cam: [maps, `${where}/${maps}`],
  lpcam: [],
  irLabel: [],
  pseudoMask: ['pgt-psa-rw', `${where}/pgt-psa-rw`],
});
const seam: Layout = { cam: ['out_cam'], lpcam: [], irLabel: [], pseudoMask: ['out_rw'] };
const edam: Layout = { cam: ['out_cam'], lpcam: [], irLabel: [], pseudoMask: ['out_crf_pred'] };

function joined(layouts: readonly Layout[]): Layout {
  const all = (stage: MadeStage) => [...new Set(layouts.flatMap((layout) => layout[stage]))];
  return { cam: all('cam'), lpcam: all('lpcam'), irLabel: all('irLabel'), pseudoMask: all('pseudoMask') };
}

/** The plug-in leaves LPCAM's own folder beside the others. */
const withLpcam = (layout: Layout): Layout => ({ ...layout, lpcam: [...lpcam.lpcam, ...layout.lpcam] });

const suffixed = (layout: Layout, suffix: string): Layout => {
  const with_ = (stage: MadeStage) => layout[stage].map((folder) => folder + suffix);
  return {
    cam: with_('cam'),
    lpcam: with_('lpcam'),
    irLabel: with_('irLabel'),
    pseudoMask: with_('pseudoMask'),
  };
};

function publishedLayout(system: SystemName | null, preset: PresetName): Layout {
  switch (system) {
    case 'lpcam-voc':
    case 'lpcam-coco':
      return lpcam;
    case 'irn':
      return irn;
    case 'amn':
      // The branch coco14 writes result/*_coco.
      return preset === 'coco' ? joined([suffixed(amn, '_coco'), amn]) : amn;
    case 'recam':
      return recam;
    case 'edam':
      return edam;
    case 'seam':
      return seam;
    case 'mctformer-v2':
      return preset === 'coco'
        ? mctFormer('fused-patchrefine-npy', 'MCTformer_results/MCTformer_v2/coco')
        : mctFormer('attn-patchrefine-npy', 'MCTformer_results/MCTformer_v2');
    case 'mctformer-plus':
      return { ...mctFormer('cam-npy', 'MCTformer_results/MCTformer_plus'), cam: ['cam-npy'] };
    case 'generic':
    case null:
      return joined([lpcam, irn]);
  }
}

/**
 * Where the stages of a system lie, inside its work space.
 * @param system null: no system is known, so LPCAM's and IRN's layouts are looked for
 */
export function stageLayout(system: SystemName | null, preset: PresetName): Layout {
  return withLpcam(publishedLayout(system, preset));
}

/** Systems that train IRN's network on IR labels; the others go by affinities from CRF maps, or straight to masks. */
const withIrLabels: ReadonlySet<SystemName> = new Set([
  'lpcam-voc',
  'lpcam-coco',
  'irn',
  'amn',
  'recam',
  'generic',
]);

const generate = (kind: string) => `"LPCAM: Generate Seeds…" or \`lpcam seeds --method ${kind}\``;

function camMaker(system: SystemName | null): string {
  switch (system) {
    case 'mctformer-v2':
    case 'mctformer-plus':
      return `main.py --gen_attention_maps --cam-npy-dir, or ${generate('cam')}`;
    case 'seam':
      return `infer_SEAM.py --out_cam, or ${generate('cam')}`;
    case 'edam':
      return `infer_cls.py --out_cam, or ${generate('cam')}`;
    case 'amn':
      return 'run_sample.py --make_amn_cam_pass True';
    case 'lpcam-voc':
    case 'lpcam-coco':
    case 'irn':
    case 'recam':
    case 'generic':
    case null:
      return `run_sample.py --make_cam_pass True, or ${generate('cam')}`;
  }
}

function maskMaker(system: SystemName | null): string {
  switch (system) {
    case 'mctformer-v2':
    case 'mctformer-plus':
      return 'psa/infer_aff.py --out_rw';
    case 'seam':
      return 'infer_aff.py --out_rw';
    case 'edam':
      return 'infer_cls.py --out_crf_pred';
    case 'amn':
    case 'lpcam-voc':
    case 'lpcam-coco':
    case 'irn':
    case 'recam':
    case 'generic':
    case null:
      return 'run_sample.py --make_sem_seg_pass True';
  }
}

/** What makes a stage, for a person who has none: a sentence. */
export function stageMaker(system: SystemName | null, stage: StageName): string {
  switch (stage) {
    case 'cam':
      return `Made by ${camMaker(system)}.`;
    case 'lpcam':
      return `Made by run_sample.py --make_lpcam_pass True of LPCAM, or ${generate('lpcam')}.`;
    case 'irLabel':
      if (system !== null && !withIrLabels.has(system))
        return 'This system has no IR labels: its next stage learns from CRF maps.';
      return `Made by run_sample.py --${system === 'amn' ? 'amn_' : ''}cam_to_ir_label_pass True.`;
    case 'pseudoMask':
      return `Made by ${maskMaker(system)}.`;
    case 'groundTruth':
      return 'Masks come with the data set; only scores need them.';
  }
}
