/** The image panel as a person sees and uses it. Its parts are found by the test ids that its script lists. */
import type { Frame, Locator, Page } from 'playwright-core';
import { poll } from './poll';
import type { Scores } from './scores';
import { webviewFrame } from './webview';

/** What a stage shows of the image at one image pixel per screen pixel. */
export interface StagePixels {
  /** First image row and column in view, and how many. */
  readonly row: number;
  readonly column: number;
  readonly height: number;
  readonly width: number;
  /** [height, width, 4]. */
  readonly rgba: Uint8Array;
}

export class ImagePanelPage {
  constructor(
    readonly window: Page,
    readonly frame: Frame,
  ) {}

  part(testId: string): Locator {
    return this.frame.getByTestId(testId);
  }

  async text(testId: string): Promise<string> {
    return (await this.part(testId).innerText()).trim();
  }

  /** A view by its tab, in the active pane. */
  async show(view: string): Promise<void> {
    await this.part(`view-${view}`).click();
    await this.frame.locator(`[role=tabpanel][data-view="${view}"]`).first().waitFor();
  }

  async setSlider(testId: string, key: 'Home' | 'End' | 'ArrowLeft' | 'ArrowRight'): Promise<void> {
    await this.part(testId).focus();
    await this.window.keyboard.press(key);
  }

  /** Types a threshold into its field, as a number and Enter. */
  async typeThreshold(threshold: number): Promise<void> {
    const field = this.part('threshold-value');
    await field.fill(String(threshold));
    await field.press('Enter');
  }

  /** The scores of the shown class in the table; undefined while they belong to an earlier state. */
  async scores(source: 'cam' | 'lpcam'): Promise<Scores | undefined> {
    const suffix = source === 'cam' ? '-cam' : '';
    if ((await this.part('figures').getAttribute('data-stale')) !== 'false') return undefined;
    const [iou = '', fp = '', fn = '', precision = '', recall = ''] = await Promise.all(
      ['iou', 'fp', 'fn', 'precision', 'recall'].map((name) => this.text(name + suffix)),
    );
    return { iou, fp, fn, precision, recall };
  }

  /** Ids of the class's prototypes in the order of the strip. */
  async prototypes(fate: 'class' | 'context' | 'rejected'): Promise<readonly number[]> {
    const cards = this.frame.locator(`.card[data-fate="${fate}"]`);
    return cards.evaluateAll((found) => found.map((card) => Number((card as HTMLElement).dataset['id'])));
  }

  /** Whether the pictures of a prototype's nearest patches are there. */
  async hasPatches(id: number): Promise<boolean> {
    const card = this.part(`prototype-${id}`);
    return (
      (await card.locator('.patch').count()) > 0 && (await card.locator('.patch.skeleton').count()) === 0
    );
  }

  /**
   * The pixels of the stage that show a view, read from its canvas at one image pixel per screen pixel.
   *
   * @param image the image's size; @throws Error when the stage is zoomed or shows less than half of the image
   */
  async pixels(view: string, image: { width: number; height: number }): Promise<StagePixels> {
    const canvas = this.frame.locator(`canvas[data-testid^="stage-canvas-"][data-view="${view}"]`).first();
    const { rgba, ...place } = await canvas.evaluate((element, { width, height }) => {
      const stage = element as HTMLCanvasElement;
      const [left, top, scale] = [stage.dataset['left'], stage.dataset['top'], stage.dataset['scale']].map(
        Number,
      );
      if (left === undefined || top === undefined || scale !== 1) throw new Error(`The zoom is ${scale}.`);
      const column = Math.max(0, -left);
      const row = Math.max(0, -top);
      const shownWidth = Math.min(width, stage.width - left) - column;
      const shownHeight = Math.min(height, stage.height - top) - row;
      if (shownWidth * shownHeight < (width * height) / 2)
        throw new Error('Too little of the image is in view.');
      const data = stage
        .getContext('2d')
        ?.getImageData(left + column, top + row, shownWidth, shownHeight).data;
      let text = '';
      for (const byte of data ?? []) text += String.fromCharCode(byte);
      return { row, column, width: shownWidth, height: shownHeight, rgba: btoa(text) };
    }, image);
    return { ...place, rgba: Uint8Array.from(Buffer.from(rgba, 'base64')) };
  }

  /** Moves the mouse over a pixel of the image on the stage of a view. */
  async pointAt(view: string, { row, column }: { row: number; column: number }): Promise<void> {
    const canvas = this.frame.locator(`canvas[data-testid^="stage-canvas-"][data-view="${view}"]`).first();
    const box = await canvas.boundingBox();
    if (!box) throw new Error(`The stage of ${view} is not in view.`);
    const [left = 0, top = 0, scale = 1] = await canvas.evaluate((stage) =>
      ['left', 'top', 'scale'].map((name) => Number((stage as HTMLElement).dataset[name])),
    );
    await this.window.mouse.move(box.x + left + (column + 0.5) * scale, box.y + top + (row + 0.5) * scale);
  }
}

/** The visible panel, in whatever state. A panel that was hidden or reloaded has a new page: ask again. */
export async function visiblePanel(page: Page, file?: string): Promise<ImagePanelPage> {
  const frame = await poll(
    `the panel of ${file ?? 'an image'}`,
    async () => {
      const found = await webviewFrame(page, '[data-testid=panel]');
      return (file === undefined || (await found.title()) === `LPCAM: ${file}`) && found;
    },
    { timeout: 60_000 },
  );
  return new ImagePanelPage(page, frame);
}

/** The panel of an image, once all of its maps are there. @param file the image's name with its ending */
export async function explainedPanel(page: Page, file: string): Promise<ImagePanelPage> {
  return poll(
    `all maps of ${file}`,
    async () => {
      const panel = await visiblePanel(page, file);
      const busy = await panel.part('status').getAttribute('data-busy', { timeout: 2000 });
      const panes = await panel.frame.locator('[role=tabpanel][data-preview="false"]').count();
      const failures = await panel.part('failure').count();
      return busy === 'false' && panes > 0 && failures === 0 && panel;
    },
    { timeout: 120_000 },
  );
}
