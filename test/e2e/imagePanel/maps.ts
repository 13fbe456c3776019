/** What lies on the stage, pixel by pixel. */
import assert from 'node:assert/strict';
import { eventually } from '../support/poll';
import type { Decoded } from '../support/demoStudy';
import { explainedPanel, type ImagePanelPage, type StagePixels } from '../support/imagePanelPage';
import { hottest } from '../support/scores';
import type { Vscode } from '../support/vscode';
import { chooseInExplorer } from '../support/workbench';
import type { Subject, SubjectOf } from './subject';

/** Largest difference between the stage and a picture, over all of its pixels in view. */
export function difference(shown: StagePixels, image: Decoded): number {
  let largest = 0;
  for (let row = 0; row < shown.height; row++) {
    for (let column = 0; column < shown.width; column++) {
      const at = (row * shown.width + column) * 4;
      const from = ((row + shown.row) * image.width + column + shown.column) * 3;
      for (let channel = 0; channel < 3; channel++) {
        const found = shown.rgba[at + channel] ?? 0;
        largest = Math.max(largest, Math.abs(found - (image.rgb[from + channel] ?? 0)));
      }
    }
  }
  return largest;
}

/** Red of every pixel of the stage that is in view, with the map's value there. */
function greys(shown: StagePixels, map: Float32Array, width: number): { found: number; value: number }[] {
  return Array.from({ length: shown.width * shown.height }, (_, i) => {
    const row = Math.floor(i / shown.width) + shown.row;
    const column = (i % shown.width) + shown.column;
    return { found: shown.rgba[i * 4] ?? 0, value: map[row * width + column] ?? 0 };
  });
}

/** Opens the subject as a person does, alone on the stage and without outlines, one pixel for one. */
async function bareStage(vscode: Vscode, subject: Subject): Promise<ImagePanelPage> {
  await chooseInExplorer(vscode.page, subject.path, 'LPCAM: Show Activation Maps');
  const panel = await explainedPanel(vscode.page, subject.file);
  if ((await panel.part('pane-0').count()) + (await panel.part('pane-1').count()) > 1)
    await panel.part('toggleSplit').click();
  if ((await panel.part('seedOutline').getAttribute('aria-checked')) === 'true')
    await panel.part('seedOutline').click();
  await panel.part('zoomToPixels').click();
  return panel;
}

export function testMaps(vscode: Vscode, subjectOf: SubjectOf): void {
  describe('shows', () => {
    let subject: Subject;
    let panel: ImagePanelPage;

    before('the panel of an image is open', async function () {
      this.timeout(300_000);
      subject = await subjectOf.get();
      panel = await bareStage(vscode, subject);
    });
    after('the overlay is as it was', async () => {
      await panel.part('colourMap').selectOption('turbo');
      await panel.part('seedOutline').click();
      await panel.part('zoomToFit').click();
    });

    it('the network’s input, pixel for pixel, as the image', async () => {
      await panel.show('image');
      await eventually(async () =>
        assert.equal(difference(await panel.pixels('image', subject.image), subject.image), 0),
      );
    });

    it('the same under an overlay of no opacity', async () => {
      await panel.show('cam');
      await panel.setSlider('opacity', 'Home');
      await eventually(async () =>
        assert.equal(difference(await panel.pixels('cam', subject.image), subject.image), 0),
      );
    });

    for (const view of ['cam', 'lpcam'] as const) {
      it(`the ${view.toUpperCase()} of the command line, value for value`, async () => {
        const map = subject.maps[view];
        await panel.show(view);
        await panel.part('colourMap').selectOption('grey');
        await panel.setSlider('opacity', 'End');
        await eventually(async () => {
          const shown = greys(await panel.pixels(view, subject.image), map, subject.image.width);
          const largest = Math.max(...shown.map(({ found, value }) => Math.abs(found - value * 255)));
          assert.ok(largest <= 1, `a grey differs by ${largest} from 255 times the value`);
        });
      });

      it(`the largest value of the ${view.toUpperCase()} where the command line has it`, async () => {
        const map = subject.maps[view];
        const { width } = subject.image;
        const { row, column } = hottest(map, width);
        await panel.show(view);
        await panel.pointAt(view, { row, column });
        await eventually(async () => {
          assert.equal(await panel.text('reading-position'), `${column}, ${row}`);
          assert.equal(await panel.text(`reading-${view}`), (map[row * width + column] ?? 0).toFixed(3));
        });
      });
    }

    it('the maps in colour over the image, brightest where they are largest', async () => {
      await panel.part('colourMap').selectOption('inferno');
      await panel.show('lpcam');
      // Full opacity: the overlay alone.
      await panel.setSlider('opacity', 'End');
      await eventually(async () => {
        const { rgba, width, row, column } = await panel.pixels('lpcam', subject.image);
        const brightness = Array.from({ length: rgba.length / 4 }, (_, i) =>
          [0, 1, 2].reduce((sum, channel) => sum + (rgba[i * 4 + channel] ?? 0), 0),
        );
        const brightest = hottest(brightness, width);
        const value =
          subject.maps.lpcam[(brightest.row + row) * subject.image.width + brightest.column + column];
        assert.ok((value ?? 0) > 0.99, `the brightest pixel has the value ${value}`);
      });
      await panel.part('opacity').fill('0.6');
      await eventually(async () =>
        assert.ok(difference(await panel.pixels('lpcam', subject.image), subject.image) > 50),
      );
    });
  });
}
