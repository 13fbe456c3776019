/** The page inside a webview panel. */
import type { Frame, Page } from 'playwright-core';
import { poll } from './poll';

/** The frames with extensions' pages. VS Code keeps hidden editors' webviews beside the visible ones. */
async function visibleFrames(page: Page): Promise<Frame[]> {
  const frames: Frame[] = [];
  for (const outer of await page.locator('iframe.webview.ready').elementHandles()) {
    if (!(await outer.isVisible())) continue;
    const inner = await (await outer.contentFrame())?.$('iframe#active-frame');
    const frame = await inner?.contentFrame();
    if (frame) frames.push(frame);
  }
  return frames;
}

/**
 * The frame of the visible webview that shows an element. A frame is gone after its panel was hidden or the
 * window reloaded: ask for it again.
 *
 * @param selector something that only the wanted panel shows, CSS or any other playwright selector
 * @throws Error when there is none in time
 */
export async function webviewFrame(
  page: Page,
  selector: string,
  { timeout = 60_000 }: { timeout?: number } = {},
): Promise<Frame> {
  return poll(
    `a webview that shows ${selector}`,
    async () => {
      for (const frame of await visibleFrames(page)) {
        if (await frame.locator(selector).first().isVisible()) return frame;
      }
      return undefined;
    },
    { timeout },
  );
}
