/** Two prototype banks beside each other in the packaged extension, down to the pixels of one image under both. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Frame } from 'playwright-core';
import { colourTable, type ColourMapName } from '../../src/lpcam/colourMap';
import { explainByCommandLine, lpcam } from './support/commandLine';
import { decodeImage, imagePath, valImages } from './support/demoStudy';
import { eventually, poll } from './support/poll';
import { useVscode } from './support/vscode';
import { webviewFrame } from './support/webview';
import {
  answerFileDialog,
  chooseInExplorer,
  reloadWindow,
  runCommand,
  stateStored,
} from './support/workbench';

interface Counts {
  readonly matched: number;
  readonly drifted: number;
  readonly died: number;
  readonly born: number;
}

/** A pixel of the image that a pane shows as a square of its own, with its colour. */
interface ShownPixel {
  readonly row: number;
  readonly column: number;
  readonly rgb: readonly number[];
}

/** Runs in the page: pixels along a diagonal of the pane that lie inside the image. */
function shownPixels(canvas: Element): ShownPixel[] {
  const stage = canvas as HTMLCanvasElement;
  const [left, top, scale] = ['left', 'top', 'scale'].map((name) => Number(stage.dataset[name]));
  const context = stage.getContext('2d');
  if (!context || left === undefined || top === undefined || scale === undefined) return [];
  const ratio = stage.width / stage.clientWidth;
  return Array.from({ length: 40 }, (_, i) => {
    const column = Math.floor(((i + 1) * stage.clientWidth) / 42 / scale - left / scale);
    const row = Math.floor(((i + 1) * stage.clientHeight) / 42 / scale - top / scale);
    const [x, y] = [left + (column + 0.5) * scale, top + (row + 0.5) * scale];
    const { data } = context.getImageData(Math.round(x * ratio), Math.round(y * ratio), 1, 1);
    return { row, column, rgb: [...data.subarray(0, 3)] };
  });
}

describe('The comparison of two banks', () => {
  const vscode = useVscode({
    prepare: (folder) => {
      // The same study clustered in another way: fewer centres, of fewer images, from another start.
      const study = JSON.parse(readFileSync(join(folder, 'lpcam.json'), 'utf8')) as {
        clustering: Record<string, unknown>;
      };
      Object.assign(study.clustering, { k: 6, seed: 5, imagesPerClass: 12 });
      writeFileSync(join(folder, 'other.json'), JSON.stringify(study));
    },
  });
  const at = (name: string) => join(vscode.folder, name);
  const first = () => at('lpcam-bank.safetensors');
  const second = () => at('other-bank.safetensors');
  const part = (frame: Frame, id: string) => frame.locator(`[data-testid="${id}"]`);
  const panel = () => webviewFrame(vscode.page, '[data-testid="banks"]');
  const shownImage = async (frame: Frame) => {
    await frame.locator('[data-testid="image-pair"][data-busy="false"]').waitFor({ timeout: 120_000 });
    return (await part(frame, 'image-pair').getAttribute('data-image')) ?? '';
  };

  it('opens from a bank in the explorer, once the other one is named', async function () {
    this.timeout(600_000);
    await lpcam(vscode, 'prototypes', '--study', at('lpcam.json'));
    await lpcam(vscode, 'prototypes', '--study', at('other.json'));
    await chooseInExplorer(vscode.page, 'lpcam-bank.safetensors', 'Compare Prototype Banks…');
    await answerFileDialog(vscode.page, second());
    const frame = await panel();
    const text = await part(frame, 'banks').innerText();
    assert.ok(text.includes(first()) && text.includes(second()), text);
    // Dates as people write them, not as files do.
    assert.doesNotMatch(text, /\d{4}-\d\d-\d\dT/);
  });

  it('says how many are matched, drifted, died and born, as the command line does', async () => {
    const frame = await panel();
    const { all } = (await lpcam(vscode, 'compare', first(), second(), '--study', at('lpcam.json'))) as {
      all: Counts;
    };
    const row = part(frame, 'class-rows').locator('tr.all');
    const cells = await row.locator('td').allInnerTexts();
    assert.deepEqual(cells.slice(0, 4).map(Number), [all.matched, all.drifted, all.died, all.born]);
    assert.ok(all.matched + all.drifted > 0 && all.died > 0, JSON.stringify(all));
    const became = await frame
      .locator('[data-testid="pairs"] tbody tr')
      .evaluateAll((rows) => rows.map((one) => one.getAttribute('data-became')));
    for (const kind of ['matched', 'drifted'] as const)
      assert.equal(became.filter((one) => one === kind).length, all[kind]);
  });

  it('shows an image of the study under both by itself', async () => {
    const frame = await panel();
    assert.ok((await shownImage(frame)).startsWith(at('JPEGImages')));
    assert.equal(await part(frame, 'pair-map').isDisabled(), true, 'one checkpoint has one CAM');
    await vscode.screenshot('compare-image');
  });

  it('shows the maps of an image that the person picks, pixel by pixel, and what lies between them', async function () {
    this.timeout(300_000);
    const image = valImages(vscode.folder)[3];
    const className = image?.classes[0];
    assert.ok(image && className !== undefined);
    const frame = await panel();
    await part(frame, 'choose-image').click();
    const pick = vscode.page.locator('.quick-input-widget input.input').first();
    await pick.waitFor();
    await pick.fill(`${image.id}.jpg`);
    await vscode.page
      .locator('.quick-input-widget .monaco-list-row.focused', { hasText: image.id })
      .waitFor();
    await vscode.page.keyboard.press('Enter');
    await eventually(async () => assert.ok((await shownImage(frame)).endsWith(`${image.id}.jpg`)));
    await part(frame, 'image-class').selectOption(className);
    await part(frame, 'pair-opacity').fill('1');
    const scale = async () => Number(await part(frame, 'pair-canvas-first').getAttribute('data-scale'));
    await poll('pixels large enough to be seen', async () => {
      if ((await scale()) >= 3) return true;
      await part(frame, 'pair-zoomIn').click();
      return undefined;
    });
    await eventually(async () => {
      const scales = await frame
        .locator('.pair-panes canvas[data-scale]')
        .evaluateAll((all) => all.map((one) => one.getAttribute('data-scale')));
      assert.equal(scales.length, 3);
      assert.equal(new Set(scales).size, 1, 'one zoom for all');
    });
    await vscode.screenshot('compare-pixels');

    const path = join(vscode.folder, imagePath(image.id));
    const { width } = await decodeImage(path);
    const maps = [];
    for (const [i, bank] of [first(), second()].entries()) {
      const options = {
        images: [path],
        study: at('lpcam.json'),
        out: join(vscode.profile, `maps-${i}`),
        bank,
      };
      const map = (await explainByCommandLine(vscode, options)).get(image.id)?.get(className)?.lpcam;
      assert.ok(map);
      maps.push(map);
    }
    const [a, b] = maps;
    assert.ok(a && b);
    const ends = async (side: string) => {
      const bar = part(frame, `pair-${side}`).locator('.colour-bar');
      return [
        Number(await bar.getAttribute('data-low')),
        Number(await bar.getAttribute('data-high')),
      ] as const;
    };
    const colours: readonly [string, (at: number) => number, ColourMapName][] = [
      ['first', (i) => a[i] ?? NaN, 'turbo'],
      ['second', (i) => b[i] ?? NaN, 'turbo'],
      ['difference', (i) => (b[i] ?? NaN) - (a[i] ?? NaN), 'diverging'],
    ];
    for (const [side, valueAt, colourMap] of colours) {
      const [low, high] = await ends(side);
      const table = colourTable(colourMap);
      const shown = await part(frame, `pair-canvas-${side}`).evaluate(shownPixels);
      assert.ok(shown.length > 30, `${shown.length} pixels of ${side}`);
      let varied = 0;
      for (const { row, column, rgb } of shown) {
        const value = valueAt(row * width + column);
        const step = Math.min(255, Math.max(0, Math.floor(((value - low) / (high - low)) * 256)));
        varied = Math.max(varied, Math.abs(step - 128));
        // A value on the edge of a step may fall to either side of it.
        const near = [step - 1, step, step + 1].map((one) => [
          ...table.subarray(Math.max(0, one) * 3, Math.max(0, one) * 3 + 3),
        ]);
        assert.ok(
          near.some((colour) => colour.every((channel, i) => Math.abs(channel - (rgb[i] ?? 0)) <= 1)),
          `${side} at ${row}, ${column}: ${rgb.join()} for ${value}, wanted one of ${near.join(' / ')}`,
        );
      }
      assert.ok(varied > 0);
    }
  });

  it('is there again after a reload, with the same image', async () => {
    const before = await shownImage(await panel());
    await stateStored(vscode.page, basename(before));
    await reloadWindow(vscode.page);
    const frame = await panel();
    assert.equal(await shownImage(frame), before);
  });

  it('opens from the palette as well, for two banks that are asked for', async () => {
    await runCommand(vscode.page, 'LPCAM: Compare Prototype Banks…');
    for (const bank of [second(), first()]) await answerFileDialog(vscode.page, bank);
    await eventually(async () => {
      const text = await part(await panel(), 'banks').innerText();
      assert.ok(text.indexOf(second()) < text.indexOf(first()), text);
    });
  });
});
