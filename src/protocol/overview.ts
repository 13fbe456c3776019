/** The overview of a bank: where its centres lie, and every message between the host and the overview's page. */
import * as z from 'zod';
import { floats } from './arrays';
import { failureSchema } from './failure';

/** Most centres of a set that are compared with each other: 64 MB of cosines. */
export const mostCompared = 4096;

const comparedSetSchema = z.object({
  /** Ids in the bank, in the order of rows and columns. */
  centres: z.array(z.int()),
  /** Cosines of all of them with each other, row-major [centres, centres]. */
  cosines: floats,
});
export type ComparedSet = z.infer<typeof comparedSetSchema>;

const planeSchema = z.object({
  /** Along the first two principal axes of all centres, [centres, 2]; NaN where a vector is not finite. */
  coordinates: floats,
  /** Share of the variance that each axis explains, 0..1. */
  explained: z.tuple([z.number(), z.number()]),
});
export type CentrePlane = z.infer<typeof planeSchema>;

/** What of a bank depends on neither gates nor marks. */
export const bankGeometrySchema = z.object({
  /** Of the bank, as the gallery names it. */
  identity: z.string(),
  planes: z.object({
    /** Of the centres' directions: vectors of length 1, as cosines see them. */
    unit: planeSchema,
    /** Of the vectors as they are. */
    raw: planeSchema,
  }),
  /** Null: too many to compare. */
  foreground: comparedSetSchema.nullable(),
  background: comparedSetSchema.nullable(),
});
export type BankGeometry = z.infer<typeof bankGeometrySchema>;

/** Host to page. */
export const toOverviewSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('overview.geometry'), geometry: bankGeometrySchema }),
  z.object({ type: z.literal('overview.failed'), identity: z.string(), failure: failureSchema }),
]);
export type ToOverview = z.infer<typeof toOverviewSchema>;

/** Page to host: where do the centres of this bank lie? */
export const fromOverviewSchema = z.object({ type: z.literal('overview.geometry'), identity: z.string() });
export type FromOverview = z.infer<typeof fromOverviewSchema>;
