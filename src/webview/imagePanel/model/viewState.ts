/** What the person has chosen in the image panel: kept over a reload, never sent to the host. */
import * as z from 'zod';

/** Every view of the stage, in the order of the tabs; `prototype` shows the selected prototype's similarity map. */
export const viewNames = [
  'image',
  'cam',
  'class',
  'context',
  'lpcam',
  'suppression',
  'seed',
  'seedFile',
  'seedA',
  'seedB',
  'seedDifference',
  'mask',
  'prototype',
] as const;
export type ViewName = (typeof viewNames)[number];

/** Colour maps a person can choose; signed maps always use `diverging`. */
export const heatColourMaps = ['turbo', 'viridis', 'inferno', 'grey', 'jet'] as const;
export type HeatColourMap = (typeof heatColourMaps)[number];

const unit = z.number().min(0).max(1);

const gatesSchema = z.object({ class: unit, context: z.tuple([unit, unit]) });

/**
 * Every field falls back to its default by itself, so that a state written by an older version loses only what has
 * changed its meaning.
 */
export const viewStateSchema = z.object({
  /** The view of each pane, two or three; all are shown when split. */
  panes: z.array(z.enum(viewNames)).min(2).max(3).readonly().catch(['cam', 'lpcam']),
  /** The pane that tabs and shortcuts act on. */
  active: z.union([z.literal(0), z.literal(1), z.literal(2)]).catch(1),
  /** Null: split when the panel is wide enough. */
  split: z.boolean().nullable().catch(null),
  /** Name of the class shown; null: the image's first. */
  className: z.string().nullable().catch(null),
  opacity: unit.catch(0.6),
  colourMap: z.enum(heatColourMaps).catch('turbo'),
  /** `shared`: every similarity map of the class has one range, so that colours compare; `own`: each its own. */
  range: z.enum(['shared', 'own']).catch('shared'),
  /** Null: the study's. */
  threshold: unit.nullable().catch(null),
  seedOutline: z.boolean().catch(true),
  maskOutline: z.boolean().catch(false),
  /** CAM and LPCAM as they are, where the study's system has a rule of its own. */
  plain: z.boolean().catch(false),
  /** What lies between two compared seeds: their maps' values, or their labels at the thresholds. */
  differenceOf: z.enum(['values', 'labels']).catch('values'),
  /** Which maps the Seed view is made of. */
  seedFrom: z.enum(['lpcam', 'cam']).catch('lpcam'),
  /** Centre ids switched by hand, against what the gates say. */
  switches: z.record(z.string(), z.boolean()).catch({}),
  /** Null: the study's. */
  gates: gatesSchema.nullable().catch(null),
  /** Id of the selected centre. */
  selected: z.int().nullable().catch(null),
  /** View to go back to when the selection ends. */
  before: z.enum(viewNames).catch('lpcam'),
  /** CSS pixels per image pixel (null: fit) and the image point in the middle of the pane. */
  zoom: z
    .object({ scale: z.number().positive().nullable(), x: z.number(), y: z.number() })
    .catch({ scale: null, x: 0, y: 0 }),
  rejectedOpen: z.boolean().catch(false),
  /** Identity of the bank that `switches` and `selected` speak of: ids mean something else in another one. */
  bank: z.string().nullable().catch(null),
});
export type ViewState = z.infer<typeof viewStateSchema>;

/** The state of a panel nobody has touched. */
export function initialViewState(): ViewState {
  return viewStateSchema.parse({});
}

/** Reads what an earlier panel kept; whatever is wrong in it falls back to its default. */
export function restoreViewState(kept: unknown): ViewState {
  const parsed = viewStateSchema.safeParse(kept);
  return parsed.success ? parsed.data : initialViewState();
}
