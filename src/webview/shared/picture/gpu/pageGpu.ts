/** The page's one graphics context, made when it is first needed. */
import { RasterGpu } from './rasterGpu';

let made: RasterGpu | null | undefined;
const listeners = new Set<() => void>();

/** Null where the page draws on the processor: without WebGL2, or where that is emulated and would be slower. */
export function pageGpu(): RasterGpu | null {
  if (made !== undefined) return made;
  made = RasterGpu.create(
    // For tests, on machines without a graphics card.
    document.documentElement.dataset['webgl'] === 'software',
    () => listeners.forEach((listener) => listener()),
    (message) => console.warn(`Drawing without WebGL2: ${message}`),
  );
  return made;
}

/** @param listener the context was lost, or is back: draw again; @returns ends it */
export function onGpuChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
