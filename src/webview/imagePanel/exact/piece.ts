/** Parts that have been made. */
import * as z from 'zod';
import { floats } from '../../../protocol/arrays';
import { colourMapNames } from '../../../lpcam/colourMap';
import { hatchKinds } from '../../shared/picture/hatchKind';
import type { Bitmap } from '../../shared/picture/layerRaster';

const share = z.number().nullable();
const shares = z.array(share);

const classCountsSchema = z.object({
  predicted: z.int(),
  truth: z.int(),
  intersection: z.int(),
  union: z.int(),
  falsePositives: z.int(),
  falseNegatives: z.int(),
  iou: share,
  fp: share,
  fn: share,
  precision: share,
  recall: share,
});

const seedScoresSchema = z.object({
  miou: share,
  fp: share,
  fn: share,
  fpShare: share,
  iou: shares,
  classFp: shares,
  classFn: shares,
  precision: shares,
  recall: shares,
});

const figuresSchema = z.object({
  source: z.enum(['lpcam', 'cam']),
  pixels: z.int(),
  share: z.number(),
  counts: classCountsSchema.nullable(),
  image: seedScoresSchema.nullable(),
});

const curveSchema = z.object({ thresholds: z.array(z.number()), iou: shares, best: z.int() });

const bitmap = z.custom<Bitmap>((value) => value !== null && typeof value === 'object' && 'close' in value);
const drawnSchema = {
  height: z.int(),
  width: z.int(),
  source: z.partialRecord(z.enum(['main', ...hatchKinds]), bitmap),
};

const sharesSchema = z.array(z.tuple([z.int(), z.number()]));
const countsSchema = z.object({
  removed: z.int(),
  falsePositivesRemoved: z.int(),
  truePositivesLost: z.int(),
  withoutGroundTruth: z.int(),
});

const layerSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('heat'),
    range: z.object({ low: z.number(), high: z.number(), signed: z.boolean() }),
    colourMap: z.enum(colourMapNames),
    quantity: z.string().nullable(),
    ...drawnSchema,
  }),
  z.object({
    kind: z.literal('labels'),
    shares: sharesSchema.nullable(),
    ...drawnSchema,
  }),
  z.object({
    kind: z.literal('suppression'),
    counts: countsSchema.nullable(),
    ...drawnSchema,
  }),
]);

const outlineSchema = z.object({
  segments: floats,
  height: z.int(),
  width: z.int(),
  style: z.enum(['seed', 'mask']),
});

const tallySchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('labels'), shares: sharesSchema }),
  z.object({ kind: z.literal('suppression'), counts: countsSchema }),
]);
export type Tally = z.infer<typeof tallySchema>;

export const pieceSchema = z.discriminatedUnion('kind', [
  /** `fault`: the mask cannot be scored, and why. */
  z.object({ kind: z.literal('figures'), figures: figuresSchema.nullable(), fault: z.string().nullable() }),
  z.object({ kind: z.literal('layer'), layer: layerSchema }),
  z.object({ kind: z.literal('outline'), outline: outlineSchema }),
  z.object({ kind: z.literal('tally'), tally: tallySchema }),
  z.object({ kind: z.literal('curve'), curve: curveSchema }),
]);
export type Piece = z.infer<typeof pieceSchema>;
