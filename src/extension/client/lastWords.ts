/** What of a process's error output explains its end, in one line for a message. The whole is in the log. */

/** Stack frames, rules, source excerpts and Node's signature. */
const noise =
  /^\s*$|^\s+at |^\s*\d+: |^\s*-{3,}|^\s*\^|^node:internal|^\s*throw |^Node\.js v|^[{}]|^\s+\w+: |^\s*}/;

/**
 * @param lines the last lines of error output, oldest first
 * @returns the last line that names an error, else the last that is no stack trace; empty when there is none
 */
export function lastWords(lines: readonly string[]): string {
  const meaningful = lines.filter((line) => !noise.test(line));
  const error = meaningful.findLast((line) => /error|cannot|fail/i.test(line));
  return (error ?? meaningful.at(-1) ?? '').trim();
}
