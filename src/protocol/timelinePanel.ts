/** Every message between the host and the page of the timeline. */
import * as z from 'zod';
import { failureSchema } from './failure';
import { progressSchema } from './progress';
import { studyReferenceSchema } from './study';
import { failedPointSchema, probeSchema, timelineSchema } from './timeline';

export const timelinePanelVersion = 1;
export const timelinePanelViewType = 'lpcam.timeline';

/** Host to page. */
export const toTimelineSchema = z.discriminatedUnion('type', [
  /** The timeline is being read; what is shown stays until it is. */
  z.object({ type: z.literal('opening'), study: studyReferenceSchema, name: z.string(), probe: probeSchema }),
  z.object({ type: z.literal('timeline'), timeline: timelineSchema }),
  z.object({ type: z.literal('failed'), failure: failureSchema }),
  /** Points are being computed; null: no longer. */
  z.object({ type: z.literal('progress'), progress: progressSchema.nullable() }),
  /** How computing ended. */
  z.object({
    type: z.literal('computed'),
    failed: z.array(failedPointSchema),
    /** Null: it ran to its end; what was computed before is kept either way. */
    failure: failureSchema.nullable(),
  }),
]);
export type ToTimeline = z.infer<typeof toTimelineSchema>;

const timelineCommands = ['cancel', 'retry', 'chooseList', 'openStudyFile', 'showLog'] as const;

/** Page to host. */
export const fromTimelineSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready'), version: z.int() }),
  z.object({ type: z.literal('probe'), probe: probeSchema }),
  /** Compute the missing points; `only`: those of these checkpoints (paths). */
  z.object({ type: z.literal('compute'), only: z.array(z.string()).nullable() }),
  /** Show an image with a checkpoint, and with the bank of its point where it has one. */
  z.object({ type: z.literal('openImage'), checkpoint: z.string(), bank: z.string().nullable() }),
  z.object({ type: z.literal('inspect'), checkpoint: z.string() }),
  z.object({ type: z.literal('command'), command: z.enum(timelineCommands) }),
  z.object({ type: z.literal('fault'), message: z.string() }),
]);
export type FromTimeline = z.infer<typeof fromTimelineSchema>;

/** What a panel keeps over a reload, for the host to open it again. */
export const timelinePanelStateSchema = z.looseObject({
  version: z.literal(timelinePanelVersion),
  study: studyReferenceSchema,
  probe: probeSchema,
});
