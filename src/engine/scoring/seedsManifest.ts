/** `lpcam-seeds.json` beside seeds, read with tolerance: what an older or newer version wrote still tells something. */
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';

const settingSchema = z.union([z.number(), z.string(), z.array(z.number())]);

const manifestSchema = z.looseObject({
  method: z.string().optional().catch(undefined),
  /** SHA-256, or an object that has it. */
  checkpoint: z
    .union([z.string(), z.looseObject({ hash: z.string() })])
    .optional()
    .catch(undefined),
  gates: z
    .object({ class: z.number(), context: z.tuple([z.number(), z.number()]) })
    .nullable()
    .optional()
    .catch(undefined),
  scales: z.array(z.number()).optional().catch(undefined),
  settings: z.record(z.string(), z.unknown()).optional().catch(undefined),
});

export interface SeedsManifest {
  /** Path of the file. */
  readonly file: string;
  readonly method: string | null;
  /** SHA-256 of the checkpoint, hex. */
  readonly checkpointHash: string | null;
  readonly gates: { readonly class: number; readonly context: readonly [number, number] } | null;
  readonly scales: readonly number[] | null;
  /** Hyper-parameters by the names of the field's code. */
  readonly settings: Readonly<Record<string, number | string | number[]>>;
}

function settingsOf(raw: Readonly<Record<string, unknown>> | undefined): SeedsManifest['settings'] {
  const settings: Record<string, number | string | number[]> = {};
  for (const [name, value] of Object.entries(raw ?? {})) {
    const parsed = settingSchema.safeParse(value);
    if (parsed.success) settings[name] = parsed.data;
  }
  return settings;
}

/** The manifest in the folder of seeds or the one above it; null where there is none that can be read. */
export async function readSeedsManifest(folder: string): Promise<SeedsManifest | null> {
  for (const place of [folder, dirname(folder)]) {
    const file = join(place, 'lpcam-seeds.json');
    const text = await readFile(file, 'utf8').catch(() => null);
    if (text === null) continue;
    try {
      const { method, checkpoint, gates, scales, settings } = manifestSchema.parse(JSON.parse(text));
      return {
        file,
        method: method ?? null,
        checkpointHash: typeof checkpoint === 'string' ? checkpoint : (checkpoint?.hash ?? null),
        gates: gates ?? null,
        scales: scales ?? null,
        settings: settingsOf(settings),
      };
    } catch (error) {
      if (!(error instanceof SyntaxError) && !(error instanceof z.ZodError)) throw error;
    }
  }
  return null;
}
