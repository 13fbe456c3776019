/** Images as people have them: turned by their EXIF tag, cut off, in no study at all. */
import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { decodeImage, imagePath, valImages } from '../support/demoStudy';
import { explainedPanel, visiblePanel } from '../support/imagePanelPage';
import { eventually, poll } from '../support/poll';
import type { Vscode } from '../support/vscode';
import { chooseInExplorer, editorTabs, notifications, openFolder } from '../support/workbench';
import { difference } from './maps';

const command = 'LPCAM: Show Activation Maps';

/** A folder without a study, beside the workspace. */
const galleryOf = (folder: string): string => join(folder, '..', 'gallery');

/** Adds to the copy of the demo study what the tests need, before VS Code opens it. */
export async function addPhotos(folder: string): Promise<void> {
  const photos = join(folder, 'photos');
  mkdirSync(photos);
  const [first] = valImages(folder);
  if (!first) throw new Error('The val list is empty.');
  const source = join(folder, imagePath(first.id));
  // EXIF orientation 6: to be turned by 90 degrees to be looked at.
  await sharp(source).withMetadata({ orientation: 6 }).jpeg().toFile(join(photos, 'turned.jpg'));
  // Two megapixels: more than the page computes by itself.
  await sharp(source)
    .resize({ width: 1640, height: 1230, fit: 'fill' })
    .jpeg()
    .toFile(join(photos, 'large.jpg'));
  const bytes = readFileSync(source);
  writeFileSync(join(photos, 'broken.jpg'), bytes.subarray(0, Math.floor(bytes.length / 2)));

  const gallery = galleryOf(folder);
  mkdirSync(join(gallery, 'checkpoints'), { recursive: true });
  copyFileSync(source, join(gallery, 'photo.jpg'));
  copyFileSync(join(folder, 'checkpoints', 'demo_cam.onnx'), join(gallery, 'checkpoints', 'demo_cam.onnx'));
}

export function testFiles(vscode: Vscode): void {
  describe('given', () => {
    it('a JPEG with an EXIF tag, lays the maps over the pixels as stored', async () => {
      await chooseInExplorer(vscode.page, 'photos/turned.jpg', command);
      const panel = await explainedPanel(vscode.page, 'turned.jpg');
      const image = await decodeImage(join(vscode.folder, 'photos', 'turned.jpg'));
      await panel.show('image');
      await panel.part('zoomToPixels').click();
      await panel.part('seedOutline').click();
      await eventually(async () => assert.equal(difference(await panel.pixels('image', image), image), 0));
      await panel.part('seedOutline').click();
      await panel.part('zoomToFit').click();
      await panel.show('lpcam');
    });

    it('an image without labels, marks its classes as predicted', async () => {
      const panel = await visiblePanel(vscode.page, 'turned.jpg');
      assert.match(await panel.text('classes'), /predicted/);
      assert.equal(await panel.part('iou').count(), 0, 'without a mask there is no IoU');
      assert.match(await panel.text('share'), /^\d+\.\d %$/);
    });

    it('a large photograph, computes its maps in a worker and shows them at the image’s size', async () => {
      await chooseInExplorer(vscode.page, 'photos/large.jpg', command);
      const panel = await explainedPanel(vscode.page, 'large.jpg');
      await poll('the panel’s worker', async () => {
        const names = vscode.page
          .workers()
          .map((worker) => worker.evaluate(() => (globalThis as { name?: string }).name).catch(() => ''));
        return (await Promise.all(names)).includes('lpcam maps');
      });
      await eventually(async () => {
        assert.equal(await panel.part('figures').getAttribute('data-stale'), 'false');
        assert.equal(await panel.frame.locator('.preview').count(), 0, 'nothing is shown reduced');
      });
      await panel.pointAt('lpcam', { row: 600, column: 800 });
      await eventually(async () => assert.match(await panel.text('reading-lpcam'), /\d\.\d{3}/));
    });

    it('half a JPEG, names the file and what is wrong with it', async () => {
      await chooseInExplorer(vscode.page, 'photos/broken.jpg', command);
      const panel = await visiblePanel(vscode.page, 'broken.jpg');
      await panel.part('failure').waitFor({ timeout: 60_000 });
      assert.equal(await panel.part('failure').getAttribute('data-kind'), 'input');
      const text = await panel.text('failure');
      assert.match(text, /broken\.jpg/);
      assert.match(text, /is damaged or cut short/);
      await vscode.screenshot('broken-image');
    });

    it('the whole file later on, shows it without being asked', async () => {
      const [first] = valImages(vscode.folder);
      copyFileSync(
        join(vscode.folder, imagePath(first?.id ?? '')),
        join(vscode.folder, 'photos', 'broken.jpg'),
      );
      await explainedPanel(vscode.page, 'broken.jpg');
    });
  });

  describe('in a folder without a study', () => {
    before('the folder is open', async () => {
      await openFolder(vscode.page, galleryOf(vscode.folder));
    });
    after('the demo study is open again', async () => {
      await openFolder(vscode.page, vscode.folder);
    });

    it('asks for a checkpoint and shows the CAM of the predicted classes', async () => {
      await chooseInExplorer(vscode.page, 'photo.jpg', command);
      await poll('the question for a checkpoint', async () =>
        (await notifications(vscode.page)).some((text) => /No study .*photo\.jpg/.test(text)),
      );
      await vscode.screenshot('no-study');
      await vscode.page.getByRole('button', { name: 'Choose Checkpoint…' }).click();
      await vscode.page
        .locator('.quick-input-list .monaco-list-row')
        .filter({ hasText: 'demo_cam.onnx' })
        .click();
      const panel = await explainedPanel(vscode.page, 'photo.jpg');
      assert.match(await panel.text('classes'), /predicted/);
      await panel.frame.locator('canvas[data-view="cam"][data-layer="heat"]').waitFor();
      await vscode.screenshot('no-study-cam');
    });

    it('offers to write the study, and the panel goes on by it', async () => {
      const before = await visiblePanel(vscode.page, 'photo.jpg');
      await before.part('notice-labels-missing-createStudy').click();
      const list = vscode.page.locator('.quick-input-list .monaco-list-row');
      await list.filter({ hasText: 'Write lpcam.json' }).click();
      const path = join(galleryOf(vscode.folder), 'lpcam.json');
      const study = await poll('the study file', () =>
        Promise.resolve(JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>),
      );
      assert.equal(study['checkpoint'], 'checkpoints/demo_cam.onnx');
      // The new file is shown beside the panel, which stays in sight.
      await poll('the study in an editor', async () =>
        (await editorTabs(vscode.page)).includes('lpcam.json'),
      );
      const panel = await explainedPanel(vscode.page, 'photo.jpg');
      await panel.part('notice-labels-missing-openStudyFile').waitFor();
    });
  });
}
