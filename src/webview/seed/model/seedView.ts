/** What the person has chosen on a seed's page: kept over a reload, never sent to the host, save how to read the file. */
import * as z from 'zod';
import { readAsSchema } from '../../../protocol/seed';
import { heatColourMaps } from '../../imagePanel/model/viewState';

const unit = z.number().min(0).max(1);

/** `class 14`: the map of the class with this index. */
export type SeedViewName = 'image' | 'seed' | 'background' | 'saliency' | 'mask' | `class ${number}`;

/** Every field falls back to its default by itself. */
const seedViewSchema = z.object({
  /** What the panes show; null: what the file suggests. */
  panes: z.tuple([z.string().nullable(), z.string().nullable()]).catch([null, null]),
  /** Null: the study's. */
  threshold: unit.nullable().catch(null),
  /** The background is the file's own map, not a threshold; null: as the file's system does it. */
  ownBackground: z.boolean().nullable().catch(null),
  opacity: unit.catch(0.6),
  colourMap: z.enum(heatColourMaps).catch('turbo'),
  /** `unit`: 0..1 (or 0..255) for every map, so that colours compare; `own`: each its own values. */
  range: z.enum(['unit', 'own']).catch('unit'),
  seedOutline: z.boolean().catch(true),
  maskOutline: z.boolean().catch(false),
  readAs: readAsSchema.catch(null),
  zoom: z
    .object({ scale: z.number().positive().nullable(), x: z.number(), y: z.number() })
    .catch({ scale: null, x: 0, y: 0 }),
});
export type SeedView = z.infer<typeof seedViewSchema>;

export function restoreSeedView(kept: unknown): SeedView {
  const parsed = seedViewSchema.safeParse(kept);
  return parsed.success ? parsed.data : seedViewSchema.parse({});
}
