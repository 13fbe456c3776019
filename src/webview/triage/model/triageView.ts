/** What the person chose in the triage panel; kept over a reload. */
import * as z from 'zod';
import { defaultTargets } from '../../../lpcam/triage/confidence';
import { wantedListSchema } from '../../../protocol/triagePanel';

export const columnIds = [
  'image',
  'classes',
  'iou',
  'iou2',
  'delta',
  'fp',
  'fn',
  'area',
  'area2',
  'stability',
  'differs',
  'dead',
  'missing',
] as const;
export type ColumnId = (typeof columnIds)[number];

const share = z.number().min(0).max(1);

const viewSchema = z.object({
  list: wantedListSchema,
  /** Thresholds by value, as another list has other places; null: the study's, else the best. */
  threshold: share.nullable(),
  threshold2: share.nullable(),
  /** Class that the table is filtered by; null: none. */
  className: z.string().nullable(),
  /** Null: worst first. */
  sort: z.object({ column: z.enum(columnIds), descending: z.boolean() }).nullable(),
  /** Text that an image's id must hold. */
  search: z.string(),
  /** Image that is looked at. */
  focused: z.string().nullable(),
  scrollTop: z.number(),
  targets: z.object({ fg: share, bg: share }),
  /** The score card is unfolded. */
  cardOpen: z.boolean(),
});
export type TriageView = Readonly<z.infer<typeof viewSchema>>;
export type Sorting = NonNullable<TriageView['sort']>;

const untouched: TriageView = {
  list: 'auto',
  threshold: null,
  threshold2: null,
  className: null,
  sort: null,
  search: '',
  focused: null,
  scrollTop: 0,
  targets: { ...defaultTargets },
  cardOpen: true,
};

/** What cannot be read is as if nothing had been chosen. */
export function restoreTriageView(kept: unknown): TriageView {
  const parsed = viewSchema.safeParse(kept);
  return parsed.success ? parsed.data : untouched;
}
