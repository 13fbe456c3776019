/** Right-clicking images. */
import assert from 'node:assert/strict';
import { appendFileSync, copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import * as vscode from 'vscode';
import {
  choose,
  closeEditors,
  demoImage,
  failed,
  inWorkspace,
  lens,
  shown,
  showMaps,
  writeStudy,
} from './support/lens';
import { poll } from './support/poll';

/** The tabs of our panels with the column they are in. */
function panelTabs(): { label: string; column: number }[] {
  return vscode.window.tabGroups.all.flatMap((group) =>
    group.tabs
      .filter((tab) => tab.input instanceof vscode.TabInputWebview)
      .map((tab) => ({ label: tab.label, column: group.viewColumn })),
  );
}

const labels = JSON.parse(readFileSync(inWorkspace('labels.json'), 'utf8')) as Record<string, string[]>;
const [first = '', second = '', third = ''] = Object.keys(labels).filter((id) => id.startsWith('val'));

describe('The image panel', () => {
  afterEach(closeEditors);

  it('shows an image of the demo study beside the code, with its classes, scale by scale', async () => {
    await vscode.window.showTextDocument(vscode.Uri.file(inWorkspace('lpcam.json')));
    await showMaps(demoImage(first));
    const panel = await shown(demoImage(first));
    assert.deepEqual(panel.classes, labels[first]);
    assert.equal(panel.scales, 4);
    assert.equal(panel.study, inWorkspace('lpcam.json'));
    await poll('its tab', () => panelTabs().length > 0);
    assert.deepEqual(panelTabs(), [{ label: `LPCAM: ${first}.jpg`, column: 2 }]);
  });

  it('names study and device in the status bar', async () => {
    await showMaps(demoImage(first));
    await shown(demoImage(first));
    const { statusBar } = await lens();
    await poll('the status bar to name the device', () =>
      /LPCAM: demo \((cpu|cuda|webgpu)\)$/.test(statusBar.text),
    );
    assert.ok(statusBar.tooltip.includes(inWorkspace('lpcam.json')));
  });

  it('is one per image', async () => {
    await showMaps(demoImage(first));
    await shown(demoImage(first));
    await poll('its tab', () => panelTabs().length > 0);
    await showMaps(demoImage(first));
    assert.equal((await lens()).panels.length, 1);
    assert.equal(panelTabs().length, 1);
  });

  it('shows all selected images in one column', async () => {
    await vscode.window.showTextDocument(vscode.Uri.file(inWorkspace('lpcam.json')));
    const images = [first, second, third].map(demoImage);
    await showMaps(...images);
    for (const image of images) await shown(image);
    await poll('three tabs', () => panelTabs().length === 3);
    assert.deepEqual([...new Set(panelTabs().map((tab) => tab.column))], [2]);
  });

  it('stays in its column when another tab hides it, but never covers the code that does', async () => {
    const code = vscode.Uri.file(inWorkspace('lpcam.json'));
    await vscode.window.showTextDocument(code, { viewColumn: vscode.ViewColumn.One });
    await showMaps(demoImage(first));
    await shown(demoImage(first));
    await poll('its tab', () => panelTabs().length === 1);
    await vscode.commands.executeCommand(
      'vscode.open',
      vscode.Uri.file(demoImage(second)),
      vscode.ViewColumn.Two,
    );
    const hidden = () => lens().then(({ panels }) => panels.every(({ visible }) => !visible));
    await poll('the preview to hide the panel', hidden);
    await showMaps(demoImage(second));
    await shown(demoImage(second));
    await poll('two tabs', () => panelTabs().length === 2);
    assert.deepEqual([...new Set(panelTabs().map((tab) => tab.column))], [2]);
    await vscode.window.showTextDocument(code, { viewColumn: vscode.ViewColumn.Two });
    await poll('the code to hide the panels', hidden);
    await showMaps(demoImage(third));
    await poll('three tabs', () => panelTabs().length === 3);
    assert.equal(panelTabs().find(({ label }) => label.includes(third))?.column, 3);
  });

  it('shows the image that is open in VS Code’s own preview', async () => {
    await vscode.commands.executeCommand('vscode.open', vscode.Uri.file(demoImage(second)));
    await poll(
      'the preview',
      () => vscode.window.tabGroups.activeTabGroup.activeTab?.label === `${second}.jpg`,
    );
    await vscode.commands.executeCommand('lpcam.showActivationMaps');
    await shown(demoImage(second));
  });

  it('takes names with spaces, # and other letters', async () => {
    const image = inWorkspace('JPEGImages', 'böat #1 100%25 {a} [b].JPG');
    copyFileSync(demoImage(first), image);
    await showMaps(image);
    const panel = await shown(image);
    assert.equal(panel.scales, 4);
    rmSync(image);
  });

  it('shows nothing for an image of a file system that is not there', async () => {
    // What lies nowhere on disk has no nearest study: it would be asked for.
    await vscode.commands.executeCommand('lpcam.selectStudy', {
      kind: 'study',
      study: { file: inWorkspace('lpcam.json') },
    });
    try {
      await vscode.commands.executeCommand(
        'lpcam.showActivationMaps',
        vscode.Uri.file(demoImage(first)).with({ scheme: 'nowhere' }),
      );
      assert.equal((await lens()).panels.length, 0);
    } finally {
      await choose('lpcam.selectStudy', 0);
    }
  });

  it('says what is wrong with a damaged image, and shows it once it is mended', async () => {
    const image = inWorkspace('JPEGImages', 'damaged.jpg');
    writeFileSync(image, 'no picture');
    await showMaps(image);
    const { failure } = await failed(image);
    assert.equal(failure?.kind, 'input');
    assert.ok(failure.message.includes(basename(image)), failure.message);
    copyFileSync(demoImage(first), image);
    await shown(image);
    rmSync(image);
  });

  it('shows an image anew when it changes on disk, and only then', async () => {
    const image = inWorkspace('JPEGImages', 'changing.jpg');
    copyFileSync(demoImage(first), image);
    await showMaps(image);
    const { request } = await shown(image);
    // Every file the answer was made of is watched from now on.
    await new Promise((resolve) => setTimeout(resolve, 1500));
    assert.equal((await shown(image)).request, request);
    appendFileSync(image, Buffer.alloc(16));
    await shown(image, request);
    rmSync(image);
  });

  it('shows an image with the labels that its study’s file says by then', async () => {
    const folder = 'relabelled';
    const { image } = writeStudy(folder, first, {
      checkpoint: '../checkpoints/demo_cam.onnx',
      classes: '../classes.txt',
      dataset: { images: '.', labels: 'labels.json' },
      inference: { scales: [1], mirror: false },
    });
    const label = (names: readonly string[]) =>
      writeFileSync(inWorkspace(folder, 'labels.json'), JSON.stringify({ [first]: names }));
    const classes = readFileSync(inWorkspace('classes.txt'), 'utf8').trim().split('\n');
    label(classes.slice(2, 3));
    await showMaps(image);
    const { request, classes: before } = await shown(image);
    assert.deepEqual(before, classes.slice(2, 3));
    await new Promise((resolve) => setTimeout(resolve, 1500));
    label(classes.slice(0, 2));
    assert.deepEqual((await shown(image, request)).classes, classes.slice(0, 2));
  });

  it('shows what changed behind another tab once it is in sight again', async () => {
    const image = inWorkspace('JPEGImages', 'behind.jpg');
    copyFileSync(demoImage(first), image);
    const code = vscode.Uri.file(inWorkspace('lpcam.json'));
    await vscode.window.showTextDocument(code, { viewColumn: vscode.ViewColumn.One });
    await showMaps(image);
    const { request } = await shown(image);
    await vscode.window.showTextDocument(code, { viewColumn: vscode.ViewColumn.Two });
    await poll('the code to hide the panel', () =>
      lens().then(({ panels }) => panels.every(({ visible }) => !visible)),
    );
    appendFileSync(image, Buffer.alloc(16));
    await new Promise((resolve) => setTimeout(resolve, 1500));
    assert.equal((await shown(image)).request, request, 'nothing is computed for nobody');
    await showMaps(image);
    await shown(image, request);
    rmSync(image);
  });
});
