/** The page's one graphics context, made when the page has time: what is drawn first is drawn on the processor. */
import { whenIdle } from '../../whenIdle';
import { RasterGpu } from './rasterGpu';

let made: RasterGpu | null = null;
/** Counts the times that it was asked for and not given back: an answer to an earlier one is none. */
let asking = 0;
let asked = false;
const listeners = new Set<() => void>();

function tell(): void {
  for (const listener of listeners) listener();
}

/**
 * Null where the page draws on the processor: before the first call's answer is there (listeners are told then), without
 * WebGL2, or where that is emulated and would be slower. To look for a card takes longer than to draw a picture, so a
 * page that opens does not wait for it.
 */
export function pageGpu(): RasterGpu | null {
  if (!asked) {
    asked = true;
    const mine = ++asking;
    whenIdle(() => {
      if (mine !== asking) return;
      made = RasterGpu.create(
        // For tests, on machines without a graphics card.
        document.documentElement.dataset['webgl'] === 'software',
        tell,
        (message) => console.warn(`Drawing without WebGL2: ${message}`),
      );
      if (made) tell();
    });
  }
  return made;
}

/** Gives the context back, of which browsers allow few, with all it holds; it is made anew when it is asked for again. */
export function releasePageGpu(): void {
  asking++;
  asked = false;
  made?.close();
  made = null;
}

/** @param listener the context is there, was lost, or is back: draw again; @returns ends it */
export function onGpuChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
