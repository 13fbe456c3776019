/**
 * Marks of how an image came to be shown, for the browser's own profiler and for `npm run bench -- --only opening`: once
 * each per page, as what comes later is no opening; `shown` each time that the page was hidden before.
 */
type Mark = 'start' | 'script' | 'message' | 'map' | 'picture';
const marked = new Set<Mark>();

/**
 * @param mark `start`: the first script of a page with a kept picture runs; `script`: the page's own does; `message`: the host said
 * something; `map`: the frame with the first map is done; `picture`: what the next panel opens with is made
 */
export function markOpening(mark: Mark): void {
  if (marked.has(mark)) return;
  marked.add(mark);
  performance.mark(`lpcam ${mark}`);
}

/** A frame is done of a page that was hidden. */
export function markShown(): void {
  performance.clearMarks('lpcam shown');
  performance.mark('lpcam shown');
}
