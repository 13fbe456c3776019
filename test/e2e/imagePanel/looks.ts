/** The panel in every kind of theme, wide and narrow. Pictures for people to look at are left in test-results/e2e. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import sharp from 'sharp';
import { explainedPanel, visiblePanel } from '../support/imagePanelPage';
import { poll } from '../support/poll';
import { setting } from '../support/settings';
import type { Vscode } from '../support/vscode';
import { chooseInExplorer, chooseTheme, openFile, runCommand } from '../support/workbench';
import type { SubjectOf } from './subject';

/** As VS Code's list of themes has them; the last one is what the other tests use. */
const themes: readonly { label: string; name: string; body: string }[] = [
  { label: 'Light Modern', name: 'light', body: 'vscode-light' },
  { label: 'Dark High Contrast', name: 'high-contrast', body: 'vscode-high-contrast' },
  { label: 'Light High Contrast', name: 'high-contrast-light', body: 'vscode-high-contrast-light' },
  { label: 'Dark Modern', name: 'dark', body: 'vscode-dark' },
];

/** WCAG's contrast of two colours as getComputedStyle writes them. */
function contrast(a: string, b: string): number {
  const luminance = (colour: string) => {
    const [red = 0, green = 0, blue = 0] = (colour.match(/[\d.]+/g) ?? []).map((text) => {
      const value = Number(text) / 255;
      return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const [dark = 0, light = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
}

/**
 * Runs in the page: text that is easily made too faint, with its ground; colours that are partly transparent are
 * blended with it.
 */
function textColours(): { what: string; text: string; ground: string }[] {
  const canvas = document.createElement('canvas').getContext('2d');
  const ground = getComputedStyle(document.body).backgroundColor;
  const tab = document.querySelector('.tab[aria-selected="false"]');
  const enabled = tab?.getAttribute('aria-disabled') ?? 'false';
  const look = (what: string) => {
    const element = document.querySelector(what);
    if (!canvas || !element) return { what, text: ground, ground };
    for (const colour of [ground, getComputedStyle(element).color]) {
      canvas.fillStyle = colour;
      canvas.fillRect(0, 0, 1, 1);
    }
    return { what, text: `rgb(${canvas.getImageData(0, 0, 1, 1).data.slice(0, 3).join()})`, ground };
  };
  const looks = [
    '.tab[aria-selected="false"]',
    '[data-testid="iou"]',
    'tr.image td',
    'tr.image th',
    '.card .facts',
    '.readout .hint',
    '.status',
  ].map(look);
  tab?.setAttribute('aria-disabled', 'true');
  looks.push(look('.tab[aria-disabled="true"]'));
  tab?.setAttribute('aria-disabled', enabled);
  return looks;
}

export function testLooks(vscode: Vscode, subjectOf: SubjectOf): void {
  describe('looks well', () => {
    before('the panel alone beside the explorer', async function () {
      this.timeout(300_000);
      const { path, file } = await subjectOf.get();
      await runCommand(vscode.page, 'View: Close All Editors');
      await chooseInExplorer(vscode.page, path, 'LPCAM: Show Activation Maps');
      await explainedPanel(vscode.page, file);
      await runCommand(vscode.page, 'Notifications: Clear All Notifications');
    });
    after('the window has its size again', async () => {
      await vscode.page.setViewportSize({ width: 1400, height: 900 });
    });

    for (const { label, name, body } of themes) {
      it(`in ${label}`, async () => {
        await chooseTheme(vscode.page, label);
        const { file } = await subjectOf.get();
        const panel = await visiblePanel(vscode.page, file);
        await panel.frame.locator(`body.${body}`).waitFor();
        for (const view of ['suppression', 'lpcam']) {
          await panel.show(view);
          await patchesInView(vscode);
          await vscode.screenshot(`panel-${name}-${view}`);
        }
        for (const { what, text, ground } of await panel.frame.evaluate(textColours)) {
          assert.ok(contrast(text, ground) >= 4.5, `${what}: ${text} on ${ground}`);
        }
      });
    }

    it('in a picture for the README', async () => {
      // Tall enough for a row of prototypes with their patches.
      await vscode.page.setViewportSize({ width: 1400, height: 1040 });
      const { file } = await subjectOf.get();
      const panel = await explainedPanel(vscode.page, file);
      await panel.show('lpcam');
      await patchesInView(vscode);
      const path = join(setting('LPCAM_TEST_RESULTS'), 'readme-panel.png');
      const { size, width } = await sharp(await vscode.page.screenshot())
        .png({ palette: true, colours: 256, effort: 10, dither: 1 })
        .toFile(path);
      assert.equal(width, 1400);
      assert.ok(size < 500_000, `the picture has ${size} bytes`);
    });

    it('beside code, with picture, controls and prototypes in sight at once', async () => {
      const { file } = await subjectOf.get();
      await vscode.page.setViewportSize({ width: 1280, height: 900 });
      await runCommand(vscode.page, 'View: Split Editor Left');
      await openFile(vscode.page, 'lpcam.json');
      await runCommand(vscode.page, 'View: Close Primary Side Bar');
      const panel = await explainedPanel(vscode.page, file);
      const parts = await poll('a panel of half the window', async () => {
        const sizes = await panel.frame.evaluate(() => {
          const box = (what: string) => document.querySelector(what)?.getBoundingClientRect();
          return {
            width: innerWidth,
            height: innerHeight,
            picture: box('.canvas-frame')?.height ?? 0,
            controls: box('.seeds')?.bottom ?? Infinity,
            card: box('.card')?.bottom ?? Infinity,
          };
        });
        return sizes.width < 700 && sizes;
      });
      await vscode.screenshot('panel-beside-code');
      await runCommand(vscode.page, 'View: Close Editor');
      await runCommand(vscode.page, 'View: Show Explorer');
      assert.ok(parts.picture >= 180, JSON.stringify(parts));
      assert.ok(parts.controls < parts.height && parts.card <= parts.height, JSON.stringify(parts));
    });

    it('beside code, in a narrow group', async () => {
      const { file } = await subjectOf.get();
      await vscode.page.setViewportSize({ width: 1200, height: 900 });
      await runCommand(vscode.page, 'View: Split Editor Left');
      await openFile(vscode.page, 'lpcam.json');
      const panel = await explainedPanel(vscode.page, file);
      const { scrolls, width } = await poll('a narrow panel', async () => {
        const size = await panel.frame.evaluate(() => ({
          scrolls: document.documentElement.scrollWidth > document.documentElement.clientWidth,
          width: document.documentElement.clientWidth,
        }));
        return size.width < 600 && size;
      });
      await vscode.screenshot('panel-narrow');
      assert.ok(!scrolls, `nothing is cut off at ${width} pixels`);
    });
  });
}

/** Pictures of patches are asked for when their cards come into view. */
async function patchesInView(vscode: Vscode): Promise<void> {
  const panel = await visiblePanel(vscode.page);
  const [id] = await panel.prototypes('class');
  await poll('the nearest patches', () => panel.hasPatches(id ?? -1));
}
