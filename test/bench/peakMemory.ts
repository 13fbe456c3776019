/**
 * The largest resident size of a process. On Linux that of its own status: `maxRSS` begins with the peak of the program that
 * started it, which for a benchmark that has run for a while is more than the small programs it starts ever take.
 */
import { readFileSync } from 'node:fs';

/** Megabytes so far, native memory included; null where the platform does not tell it of another process. */
export function peakMegabytes(pid: number | null = null): number | null {
  if (process.platform !== 'linux') return pid === null ? process.resourceUsage().maxRSS / 1024 : null;
  const status = readFileSync(`/proc/${pid ?? 'self'}/status`, 'utf8');
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024;
}

/** The same of the own process, as an expression of Node's `fs` for hooks in programs of others. */
export const peakSource =
  "(process.platform === 'linux' ? Number(/^VmHWM:\\s+(\\d+) kB$/m.exec(fs.readFileSync('/proc/self/status', 'utf8'))?.[1]) : " +
  'process.resourceUsage().maxRSS) / 1024';
