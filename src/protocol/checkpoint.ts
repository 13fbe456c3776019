/** What a checkpoint file holds, as the checkpoint editor shows it: its tensors, what network it is, its classifier. */
import * as z from 'zod';
import { floats } from './arrays';

const checkpointFormats = ['torch', 'safetensors', 'onnx'] as const;

/** One tensor of the file; its place in the table is what statistics are asked by. */
export const listedTensorSchema = z.object({
  name: z.string(),
  /** In the words of PyTorch and NumPy (`float32`); a type that is not read here keeps the format's name. */
  dtype: z.string(),
  shape: z.array(z.int()),
  elements: z.number(),
  /** `variance` is a BatchNorm's; `buffer` is any other number that is not trained (running mean, counters, constants). */
  role: z.enum(['parameter', 'buffer', 'variance']),
  /** An earlier tensor whose numbers these are; null: its own. */
  alias: z.string().nullable(),
  /** Why its numbers cannot be read; null: they can. */
  unreadable: z.string().nullable(),
});
export type ListedTensor = z.infer<typeof listedTensorSchema>;

/** A fact of the file with its label: both are shown as they are. */
const factSchema = z.object({ label: z.string(), value: z.string() });

/** What the file says by itself; reading it touches no weight. */
export const checkpointTableSchema = z.object({
  path: z.string(),
  /** Names this state of the file: what is asked about another state is refused. */
  version: z.string(),
  format: z.enum(checkpointFormats),
  /** For people: "PyTorch (zip)", "ONNX, opset 17". */
  formatName: z.string(),
  /** What wrote it, as far as the file tells. */
  writer: z.string().nullable(),
  /** Size with the data files beside it. */
  bytes: z.number(),
  /** Last change, milliseconds since 1970. */
  modified: z.number(),
  tensors: z.array(listedTensorSchema),
  /** Tensors beyond the most that are listed. */
  unlisted: z.int(),
  /** Numbers that are trained, each once. */
  parameters: z.number(),
  /** Further entries of the file: epoch, arguments, metadata. */
  facts: z.array(factSchema),
});
export type CheckpointTable = z.infer<typeof checkpointTableSchema>;

export const checkpointWarningSchema = z.object({
  kind: z.enum(['classes', 'bank', 'study', 'shared', 'large']),
  message: z.string(),
});
export type CheckpointWarning = z.infer<typeof checkpointWarningSchema>;

/** The CAM network in the file. */
export const checkpointNetworkSchema = z.object({
  /** The WSSS system or model zoo; null: the file does not tell. */
  system: z.string().nullable(),
  architecture: z.string().nullable(),
  /** Input pixels per feature position; null where the graph's sizes do not tell. */
  stride: z.int().nullable(),
  otherStrides: z.array(z.int()),
  features: z.string(),
  classifier: z.string(),
  channels: z.int(),
  classes: z.int(),
  /** How a prototype is scored, in words. */
  scoring: z.string(),
  /** Input size that the graph is bound to, [height, width]; null: any. */
  fixedSize: z.tuple([z.int(), z.int()]).nullable(),
});
export type CheckpointNetwork = z.infer<typeof checkpointNetworkSchema>;

export const checkpointIdentitySchema = z.object({
  /** Null: no CAM network that is known here; `unknown` says why. */
  network: checkpointNetworkSchema.nullable(),
  unknown: z
    .object({
      message: z.string(),
      /** Python to copy that exports the person's own model class; null: it would not help. */
      snippet: z.string().nullable(),
    })
    .nullable(),
  study: z.object({ file: z.string().nullable(), name: z.string(), usesThis: z.boolean() }).nullable(),
  warnings: z.array(checkpointWarningSchema),
});
export type CheckpointIdentity = z.infer<typeof checkpointIdentitySchema>;

/** Of the finite numbers of a tensor, save for the counts. */
export const tensorStatisticsSchema = z.object({
  tensor: z.int(),
  /** Null where there is no finite number. */
  mean: z.number().nullable(),
  /** Divided by n - 1, as torch.std; null for fewer than two finite numbers. */
  deviation: z.number().nullable(),
  min: z.number().nullable(),
  max: z.number().nullable(),
  zeros: z.number(),
  nan: z.number(),
  infinite: z.number(),
  /** Finite numbers per bin of equal width between `min` and `max`, both inside; null: not asked for. */
  histogram: z.array(z.number()).nullable(),
});
export type TensorStatistics = z.infer<typeof tensorStatisticsSchema>;

export const classifierMatrixSchema = z.object({
  /** The classifier as the checkpoint calls it. */
  classifier: z.string(),
  channels: z.int(),
  classNames: z.array(z.string()),
  /** Whether the names are those of the study, or only numbers. */
  named: z.boolean(),
  /** Euclidean length of each class's weights, [N]. */
  norms: floats,
  /** [N]; null: it has none. */
  bias: floats.nullable(),
  /** Cosine between the weights of two classes, row-major [N, N], -1..1; NaN where a norm is 0 or not finite. */
  cosines: floats,
  /** Classes whose norm is next to nothing beside the median. */
  dead: z.array(z.int()),
});
export type ClassifierMatrix = z.infer<typeof classifierMatrixSchema>;
