/**
 * What was found out about devices, on disk: a probe loads gigabytes of drivers, and finds the same until one of them
 * changes. One file for all machines that share a home, as nodes of a cluster do.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { deviceNames, type DeviceName } from '../protocol/deviceNames';
import { cacheFolder } from './cacheFolder';
import { probeAnswerSchema, type ProbeAnswer } from './probeAnswer';
import { writeWhole } from './writeWhole';

const entrySchema = z.object({
  /** Of everything the finding depends on. */
  fingerprint: z.string(),
  device: z.enum(deviceNames),
  /** Milliseconds since 1970. */
  at: z.number(),
  answer: probeAnswerSchema,
});
const fileSchema = z.object({ version: z.literal(1), entries: z.array(entrySchema) });
type Entry = z.infer<typeof entrySchema>;

/** A device that failed may have been busy: it is tried again after this long, in milliseconds. */
const failureHolds = 3_600_000;
/** Entries kept, the newest ones: several devices on each of many machines. */
const mostEntries = 200;

/** The file that extension and command line share. */
export function deviceMemoryPath(): string {
  return join(cacheFolder(), 'lpcam-lens', 'devices.json');
}

export class DeviceMemory {
  constructor(
    private readonly path: string,
    private readonly now: () => number = Date.now,
  ) {}

  /** Null where nothing is known, or not any more. */
  async recall(fingerprint: string, device: DeviceName): Promise<ProbeAnswer | null> {
    const entry = (await this.entries()).find(
      (one) => one.fingerprint === fingerprint && one.device === device,
    );
    if (entry === undefined) return null;
    return entry.answer.usable || this.now() - entry.at < failureHolds ? entry.answer : null;
  }

  /** What cannot be written is found out anew the next time. @returns why it could not be written, or null */
  async keep(fingerprint: string, device: DeviceName, answer: ProbeAnswer): Promise<string | null> {
    const others = (await this.entries()).filter(
      (one) => one.fingerprint !== fingerprint || one.device !== device,
    );
    const entries = [{ fingerprint, device, at: this.now(), answer }, ...others].slice(0, mostEntries);
    try {
      await writeWhole(this.path, `${JSON.stringify({ version: 1, entries }, null, 1)}\n`);
      return null;
    } catch (error) {
      if (error instanceof Error && 'syscall' in error) return error.message;
      throw error;
    }
  }

  private async entries(): Promise<Entry[]> {
    // A file that is absent, damaged or of another version is one that knows nothing.
    const text = await readFile(this.path, 'utf8').catch(() => '');
    try {
      const parsed = fileSchema.safeParse(JSON.parse(text));
      return parsed.success ? parsed.data.entries : [];
    } catch (error) {
      if (error instanceof SyntaxError) return [];
      throw error;
    }
  }
}
