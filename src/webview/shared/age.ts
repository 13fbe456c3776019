/** How long ago something was written, in words. */

const steps: readonly (readonly [seconds: number, unit: string])[] = [
  [86_400, 'day'],
  [3600, 'hour'],
  [60, 'minute'],
];

/** @param then @param now milliseconds since 1970; a clock of a file server may run ahead of ours */
export function ageText(then: number, now: number): string {
  const seconds = Math.max(0, (now - then) / 1000);
  for (const [length, unit] of steps) {
    const count = Math.floor(seconds / length);
    if (count > 0) return `${count} ${unit}${count === 1 ? '' : 's'} ago`;
  }
  return seconds < 10 ? 'just now' : 'less than a minute ago';
}

/** The time on the person's clock. */
export function timeText(time: number): string {
  return new Date(time).toLocaleString();
}
