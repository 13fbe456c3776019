/** The prototype gallery of the packaged extension, from the command to the image a patch comes from. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { Frame } from 'playwright-core';
import { lpcam } from './support/commandLine';
import { visiblePanel } from './support/imagePanelPage';
import { eventually, poll } from './support/poll';
import { useVscode } from './support/vscode';
import { webviewFrame } from './support/webview';
import { chooseTab, editorTabs, reloadWindow, runCommand, stateStored } from './support/workbench';

interface ClassRow {
  readonly classPrototypes: number;
  readonly contextPrototypes: number;
  readonly rejected: number;
}

describe('The prototype gallery', () => {
  const vscode = useVscode();
  const study = () => join(vscode.folder, 'lpcam.json');

  const part = (frame: Frame, id: string) => frame.locator(`[data-testid="${id}"]`);
  const gallery = () => webviewFrame(vscode.page, '[data-testid="gallery-grid"]');
  const count = async (frame: Frame, kind: string) =>
    Number(await part(frame, `gallery-kind-${kind}`).getAttribute('data-count'));
  const counts = async (frame: Frame) => [
    await count(frame, 'class'),
    await count(frame, 'context'),
    await count(frame, 'rejected'),
  ];
  /** The same by the command line, which finds the bank up to date. */
  async function counted(): Promise<number[]> {
    const { classes } = (await lpcam(vscode, 'prototypes', '--study', study())) as { classes: ClassRow[] };
    return [
      classes.reduce((sum, row) => sum + row.classPrototypes, 0),
      classes.reduce((sum, row) => sum + row.contextPrototypes, 0),
      classes.reduce((sum, row) => sum + row.rejected, 0),
    ];
  }
  const firstId = async (frame: Frame) => {
    const id = await frame.locator('.card-row .centre').first().getAttribute('data-id');
    assert.ok(id !== null);
    return id;
  };

  it('offers to cluster while there is no bank, and opens by itself when there is one', async function () {
    this.timeout(600_000);
    await runCommand(vscode.page, 'LPCAM: Show Prototypes');
    const frame = await webviewFrame(vscode.page, '[data-testid="no-bank"]');
    assert.match(await part(frame, 'no-bank').innerText(), /demo has no prototypes yet/);
    await vscode.screenshot('gallery-no-bank');
    await lpcam(vscode, 'prototypes', '--study', study());
    await gallery();
  });

  it('shows every centre with its patches, gated as the command line gates', async () => {
    const frame = await gallery();
    assert.deepEqual(await counts(frame), await counted());
    await poll('pictures of patches', () =>
      frame.evaluate(() => document.querySelectorAll('.patch:not(.skeleton)').length > 20),
    );
    await vscode.screenshot('gallery');
  });

  it('sorts anew at once when a gate moves, and knows the way back', async () => {
    const frame = await gallery();
    const [before = 0] = await counts(frame);
    await part(frame, 'gate-class').fill('0.99');
    await eventually(async () => assert.ok((await count(frame, 'class')) < before));
    await part(frame, 'gates-reset').click();
    await eventually(async () => assert.equal(await count(frame, 'class'), before));
  });

  it('drops a prototype by hand, for the command line as well, and takes it back', async () => {
    const frame = await gallery();
    const before = await counted();
    const id = await firstId(frame);
    await part(frame, `centre-${id}-dropped`).click();
    await eventually(async () => assert.equal(await count(frame, 'hand'), 1));
    await eventually(async () => assert.equal((await counted())[0], (before[0] ?? 0) - 1));
    assert.deepEqual(await counts(frame), await counted());
    await part(frame, 'gallery-unmark').click();
    await eventually(async () => assert.deepEqual(await counted(), before));
  });

  it('shows where the selected prototype looks, below the cards', async () => {
    const frame = await gallery();
    const id = await firstId(frame);
    await frame.locator(`.centre[data-id="${id}"] .title`).click();
    await frame.locator('[data-testid="similarity-strip"] canvas').nth(1).waitFor({ timeout: 60_000 });
    await vscode.screenshot('gallery-similarity');
  });

  it('is there again after a reload, at the same centre', async () => {
    const id = await firstId(await gallery());
    await stateStored(vscode.page, new RegExp(`selected\\\\*":${id}[,}]`));
    await reloadWindow(vscode.page);
    const frame = await gallery();
    await frame.locator(`.centre.selected[data-id="${id}"]`).waitFor();
  });

  it('opens the image of a patch with the prototype selected', async () => {
    const frame = await gallery();
    const id = await firstId(frame);
    const patch = part(frame, `centre-${id}-patch-0`);
    const image = /^([^,]+),/.exec((await patch.getAttribute('title')) ?? '')?.[1] ?? '';
    await patch.click();
    const panel = await visiblePanel(vscode.page, `${image}.jpg`);
    await panel.frame.locator(`[data-testid="prototype-${id}"].selected`).waitFor({ timeout: 60_000 });
    await vscode.screenshot('gallery-to-image');
    const tabs = await editorTabs(vscode.page);
    await chooseTab(vscode.page, tabs.find((title) => title.endsWith('.onnx')) ?? '');
    await gallery();
  });

  it('shows all classes at once in the overview, and leads back to a centre', async () => {
    const frame = await gallery();
    await part(frame, 'page-overview').click();
    const plane = part(frame, 'plane');
    await plane.waitFor({ timeout: 60_000 });
    const [ofClass = 0, context = 0, rejected = 0] = await counted();
    assert.equal(await plane.getAttribute('data-points'), String(ofClass + context + rejected));
    assert.match(await part(frame, 'explained').innerText(), /^\d+\.\d %$/);
    await part(frame, 'affinity-pairs').locator('button').first().click();
    const pair = part(frame, 'affinity-pair');
    assert.match(await pair.innerText(), /cosine\s+0\.\d\d/);
    const first = (await pair.getAttribute('data-first')) ?? '';
    await vscode.screenshot('overview');
    await pair.locator(`[data-testid="open-${first}"]`).click();
    await frame.locator(`.prototypes-page .centre.selected[data-id="${first}"]`).waitFor();
  });
});
