/**
 * The study file, `lpcam.json`: its one definition. The JSON schema contributed to VS Code is generated from it
 * (`media/lpcam.schema.json`, `scripts/schema.mjs`), so the two cannot differ.
 */
import * as z from 'zod';
import { presetNames } from '../lpcam/presets';
import { systemNames } from '../lpcam/systems';
import { deviceChoices, precisionChoices } from './deviceNames';
import { slurmSettingsSchema } from './slurm';

const path = (what: string) => z.string().min(1).describe(`${what} Absolute, or relative to this file.`);
const unit = z.number().min(0).max(1);

export const studyFileSchema = z
  .strictObject({
    $schema: z.string().optional(),
    preset: z.enum(presetNames).optional().describe('Published settings to start from. Default: voc.'),
    system: z
      .enum(systemNames)
      .optional()
      .describe(
        'The system whose checkpoint and workspace these are; sets what the study leaves out. lpcam-voc, lpcam-coco: ' +
          "the preset of that data set. irn, amn, recam, seam: the threshold of the system's own seeds (0.15; 0.25; 0.21, " +
          'on COCO 0.15; 0.26). seam: scales 0.5, 1, 1.5, 2. mctformer-v2: scale 1. mctformer-plus: scales 1, 0.75, 1.25; ' +
          'both: class and patch attention in CAM and LPCAM. ' +
          'recam: recam_predictor_N.pth beside res50_recam_N.pth. Also where its lists and labels lie. generic: the ' +
          'preset alone. Default: what the checkpoint, its name and its folders tell.',
      ),
    checkpoint: path(
      'The trained classifier: .onnx, or weights (.pth, .pt, .safetensors) of a known network. With `follow`: what is used ' +
        'until the first followed checkpoint is complete; it need not exist.',
    ),
    follow: path(
      'Checkpoints of a training that runs: a pattern such as checkpoints/epoch_*.pth, where * stands for any letters and ? ' +
        'for one, within one name. The study is then about the newest of them that is complete.',
    ).optional(),
    classes: z
      .union([path('Class names, one a line.'), z.array(z.string().min(1)).min(1)])
      .optional()
      .describe(
        "Class names in the order of the classifier's outputs, without background: a file with one a line, or a list.",
      ),
    dataset: z
      .strictObject({
        images: path('Folder of the images.').optional(),
        list: path('Image list of the training set: one id a line, or VOC path pairs.').optional(),
        labels: path(
          'Image-level labels: cls_labels.npy, the same as .npz, a JSON of {id: [class names]}, or a CSV.',
        ).optional(),
        masks: path('Folder of ground-truth masks (PNG, 0 background, 255 ignored).').optional(),
        saliency: path(
          "Folder of saliency maps (grey PNG) that seeds are joined with when they are scored, as EDAM's are.",
        ).optional(),
      })
      .optional(),
    network: z
      .strictObject({
        features: z
          .string()
          .min(1)
          .optional()
          .describe('Name of the tensor that holds the last feature map [N, C, h, w].'),
        classifier: z
          .string()
          .min(1)
          .optional()
          .describe("Name of the classifier's weight tensor, [classes, C] or [classes, C, 1, 1]."),
        stride: z
          .int()
          .positive()
          .optional()
          .describe(
            'Input pixels per feature position, for weights (.pth) of networks that are used with several: 16 or 8 of ' +
              "the IRN family, 32, 16 or 8 of torchvision's ResNets. Default: the first.",
          ),
        predictor: path(
          "ReCAM's second classifier, recam_predictor_*.pth beside res50_recam_*.pth.",
        ).optional(),
        graph: path(
          'An ONNX export of the same module, for weights (.pth) of a network that is not known by its keys: its graph ' +
            'takes the weights by name. Default: an .onnx of the same name beside the weights.',
        ).optional(),
        mean: z.array(z.number()).length(3).optional().describe('Channel means of the input, RGB, 0..1.'),
        std: z
          .array(z.number().positive())
          .length(3)
          .optional()
          .describe('Channel standard deviations of the input, RGB, 0..1.'),
      })
      .optional(),
    clustering: z
      .strictObject({
        k: z.int().min(1).max(1000).optional().describe('Centres per class and set.'),
        split: unit.optional().describe('CAM value that parts foreground from background positions.'),
        tolerance: z
          .number()
          .positive()
          .optional()
          .describe('k-means stops once (summed shift)^2 is below this.'),
        maxIterations: z.int().min(1).max(100_000).optional(),
        seed: z.int().min(0).max(0xffffffff).optional(),
        imagesPerClass: z
          .int()
          .min(1)
          .nullable()
          .optional()
          .describe('Images drawn per class, with replacement; null: all.'),
      })
      .optional(),
    gates: z
      .strictObject({
        class: unit.optional().describe('Foreground centres with p(class) above this are class prototypes.'),
        context: z
          .tuple([unit, unit])
          .optional()
          .describe('Background centres with p(class) between these are context prototypes.'),
      })
      .optional(),
    inference: z
      .strictObject({
        scales: z.array(z.number().min(0.1).max(4)).min(1).max(16).optional(),
        mirror: z.boolean().optional(),
      })
      .optional(),
    seeds: z
      .strictObject({
        threshold: unit.optional().describe('Background score; a class must exceed it.'),
        folder: path(
          'Where seeds are written and looked for, in a folder for each kind (cam, lpcam, ...). Default: seeds.',
        ).optional(),
      })
      .optional(),
    stages: z
      .strictObject({
        cam: path('CAMs: seed files (.npy) or label maps (PNG), one per image.').optional(),
        lpcam: path('LPCAMs, likewise.').optional(),
        irLabel: path("IR labels: label maps in which 255 leaves a pixel open (IRN's ir_label).").optional(),
        pseudoMask: path("Pseudo masks: label maps (IRN's sem_seg).").optional(),
      })
      .optional()
      .describe(
        'Folders of the stages between image and pseudo mask, for "LPCAM: Show Stages". Default: where the published ' +
          'code of the system leaves them.',
      ),
    bank: path(
      'The prototype bank (.safetensors), written by clustering. Or published files, which are only read: ' +
        'class_ceneters.pt, or any cluster_centers_N.pt of a cluster_result folder.',
    ).optional(),
    slurm: slurmSettingsSchema.optional(),
    device: z.enum(deviceChoices).optional().describe('Where the network runs. Default: auto.'),
    precision: z
      .enum(precisionChoices)
      .optional()
      .describe(
        'What the network computes in. full: float32, as published. half: 16 bits. auto, the default: half on a GPU that ' +
          'was measured to be faster with it and to keep LPCAM maps within 0.005; full otherwise, and always on the CPU.',
      ),
  })
  .meta({
    title: 'LPCAM study',
    description: 'What LPCAM Lens looks at: a checkpoint, its data and the settings.',
  });

export type StudyFile = z.infer<typeof studyFileSchema>;
