/** Puts off what the first picture does not need. */

/** Longest wait, milliseconds: a page that is never idle gets there, too. */
const patience = 1000;

/** Runs an act once the next frame is painted and the page has nothing to do. */
export function whenIdle(act: () => void): void {
  requestAnimationFrame(() => setTimeout(() => requestIdleCallback(act, { timeout: patience }), 0));
}

/** Runs an act once the next frame is painted; at the latest after a while, for pages that paint none. */
export function afterPaint(act: () => void): void {
  let done = false;
  const once = () => {
    if (done) return;
    done = true;
    act();
  };
  requestAnimationFrame(() => setTimeout(once, 0));
  setTimeout(once, patience);
}
