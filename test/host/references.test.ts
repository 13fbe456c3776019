/** Images that texts refer to: hovers, links, and how little a long list costs. */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import * as vscode from 'vscode';
import { readMask } from '../../src/formats/mask';
import { writeIrnSeed } from '../../src/formats/seedWriter';
import { closeEditors, demoImage, inWorkspace, lens, shown } from './support/lens';
import { poll } from './support/poll';

/** A record of the study's LPCAM seeds. */
const scored = {
  version: 1,
  when: '2026-01-02T03:04:05.000Z',
  seeds: 'seeds/lpcam',
  kind: 'lpcam',
  list: { name: 'train', path: null, images: 1, missing: 0 },
  checkpoint: { path: 'checkpoints/demo_cam.onnx', hash: null },
  settings: {},
  sweep: [{ threshold: 0.15, miou: 1, fp: 0, fn: 0 }],
  best: { threshold: 0.15, miou: 1 },
  withMasks: true,
};

const longList = 100_000;

async function opened(name: string, text: string): Promise<vscode.TextDocument> {
  const path = inWorkspace(...name.split('/'));
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  const document = await vscode.workspace.openTextDocument(path);
  await vscode.window.showTextDocument(document);
  return document;
}

async function hoverOf(document: vscode.TextDocument, line: number, character: number): Promise<string> {
  const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
    'vscode.executeHoverProvider',
    document.uri,
    new vscode.Position(line, character),
  );
  return hovers
    .flatMap(({ contents }) => contents)
    .map((content) => (content instanceof vscode.MarkdownString ? content.value : ''))
    .join('\n');
}

async function linksOf(document: vscode.TextDocument): Promise<vscode.DocumentLink[]> {
  const links = await vscode.commands.executeCommand<vscode.DocumentLink[]>(
    'vscode.executeLinkProvider',
    document.uri,
    10_000,
  );
  return links.filter(({ target }) => target?.path === 'lpcam.openReference');
}

/** Does what a click on a hover's link does, which decodes twice. */
async function follow(markdown: string, command: string): Promise<void> {
  const query = new RegExp(`command:lpcam\\.${command}\\?([^\\s)]+)`).exec(markdown)?.[1];
  assert.ok(query, `no link to ${command} in ${markdown}`);
  const decoded = decodeURIComponent(decodeURIComponent(query));
  await vscode.commands.executeCommand(`lpcam.${command}`, ...(JSON.parse(decoded) as unknown[]));
}

/** As many links as wanted: VS Code drops those it has while it asks for others. */
function manyLinks(document: vscode.TextDocument, count: number): Promise<vscode.DocumentLink[]> {
  return poll(`${count} links`, async () => {
    const links = await linksOf(document);
    return links.length >= count && links;
  });
}

describe('Images in texts', () => {
  const ids = () =>
    readFileSync(inWorkspace('ImageSets', 'Segmentation', 'train.txt'), 'utf8')
      .trim()
      .split('\n');
  const [id] = [() => ids()[0] ?? ''];

  after(closeEditors);

  it('a hover in a list shows the image, its classes and what can be done', async () => {
    const document = await opened('lists/some.txt', `${ids().slice(0, 3).join('\n')}\n`);
    const text = await hoverOf(document, 0, 3);
    assert.match(text, new RegExp(`\\(file://[^)]*${id()}\\.jpg\\|height=`));
    const labels = JSON.parse(readFileSync(inWorkspace('labels.json'), 'utf8')) as Record<string, string[]>;
    for (const name of labels[id()] ?? ['no label']) assert.ok(text.includes(name), `${name} in ${text}`);
    assert.match(text, /command:lpcam\.openReference\?/);
    assert.match(text, /command:lpcam\.computeOverlay\?/);
  });

  it('LPCAM is computed when asked, and there from then on', async () => {
    const document = await vscode.workspace.openTextDocument(inWorkspace('lists', 'some.txt'));
    await follow(await hoverOf(document, 0, 3), 'computeOverlay');
    const text = await hoverOf(document, 0, 3);
    assert.match(text, /overlays\/[0-9a-f]{64}\.png\|height=/);
    assert.match(text, /Computed (LP)?CAM at 0\.3, no seed file, IoU: .*\d\.\d\d %/);
    assert.doesNotMatch(text, /computeOverlay/);
  });

  it("the IoU is that of the study's seed file, at its folder's best threshold, once there is one", async () => {
    const mask = inWorkspace('SegmentationClass', `${id()}.png`);
    const { width, height, labels } = readMask(new Uint8Array(readFileSync(mask)), mask);
    const keys = [...new Set(labels)].filter((label) => label > 0 && label < 255).map((label) => label - 1);
    const highRes = keys.map((key) => ({
      width,
      height,
      data: Float32Array.from(labels, (label) => (label === key + 1 ? 0.2 : 0)),
    }));
    const folder = inWorkspace('seeds', 'lpcam');
    mkdirSync(folder, { recursive: true });
    const document = await vscode.workspace.openTextDocument(inWorkspace('lists', 'some.txt'));
    try {
      writeFileSync(`${folder}/${id()}.npy`, writeIrnSeed({ keys, highRes, strided: highRes }));
      assert.match(
        await hoverOf(document, 0, 3),
        /Seed IoU: .*0\.00 % \(seeds\/lpcam, at 0\.3, the study's threshold, not scored yet\)/,
      );
      mkdirSync(inWorkspace('.lpcam', 'scores'), { recursive: true });
      writeFileSync(inWorkspace('.lpcam', 'scores', 'seed-iou.json'), JSON.stringify(scored));
      const text = await hoverOf(document, 0, 3);
      assert.match(text, /Seed IoU: .*100\.00 % \(seeds\/lpcam, at 0\.15, the best of its last score\)/);
      assert.doesNotMatch(text, /no seed file/);
    } finally {
      rmSync(inWorkspace('seeds'), { recursive: true });
      rmSync(inWorkspace('.lpcam', 'scores', 'seed-iou.json'), { force: true });
    }
  });

  it('paths in code, settings and tables are images, too', async () => {
    const python = await opened('code/show.py', `img = cv2.imread("../JPEGImages/${id()}.jpg")\n`);
    assert.match(await hoverOf(python, 0, 30), new RegExp(`${id()}\\.jpg`));
    const json = await opened('code/data.json', `{"image": "JPEGImages/${id()}.jpg", "id": "${id()}"}`);
    assert.deepEqual(
      (await manyLinks(json, 2)).map(({ range }) => json.getText(range)),
      [`JPEGImages/${id()}.jpg`, id()],
    );
    const pairs = await opened('lists/pairs.txt', `/JPEGImages/${id()}.jpg /SegmentationClass/${id()}.png\n`);
    assert.equal((await manyLinks(pairs, 2)).length, 2);
    const words = await opened('code/words.py', 'batch_size = 16\nname = "boat"\n');
    assert.deepEqual(await linksOf(words), []);
  });

  it('a link opens the panel of the image', async () => {
    const document = await vscode.workspace.openTextDocument(inWorkspace('lists', 'some.txt'));
    const [, second] = await manyLinks(document, 3);
    assert.ok(second?.target);
    await follow(`(${second.target.toString()})`, 'openReference');
    await shown(demoImage(ids()[1] ?? ''));
  });

  it('of an image whose panel is open, the hover has the LPCAM by itself', async () => {
    const document = await vscode.workspace.openTextDocument(inWorkspace('lists', 'some.txt'));
    assert.match(await hoverOf(document, 1, 3), /overlays\/[0-9a-f]{64}\.png/);
  });

  it('a list of 100,000 images costs as much as what is seen of it', async () => {
    const known = ids();
    const lines = Array.from({ length: longList }, (_, line) => known[line % known.length] ?? '');
    const api = await lens();
    const before = api.linesScanned;
    const document = await opened('lists/long.txt', lines.join('\n'));
    const atTop = await manyLinks(document, 400);
    assert.ok(atTop.length < 2_000, `${atTop.length} links`);
    // VS Code asks as well as this test.
    assert.ok(api.linesScanned - before < 10_000, `${api.linesScanned - before} lines were scanned`);

    const hovered = api.linesScanned;
    assert.match(await hoverOf(document, 90_000, 3), new RegExp(`${lines[90_000] ?? ''}\\.jpg`));
    assert.equal(api.linesScanned, hovered, 'a hover scans no other line');

    const editor = await vscode.window.showTextDocument(document);
    editor.revealRange(new vscode.Range(60_000, 0, 60_000, 0), vscode.TextEditorRevealType.AtTop);
    await poll('links where the person has scrolled to', async () =>
      (await linksOf(document)).some(({ range }) => range.start.line === 60_000),
    );
    assert.ok(api.linesScanned - before < 50_000, `${api.linesScanned - before} lines were scanned`);
    console.log(`      ${atTop.length} links; ${api.linesScanned - before} lines scanned for all of this`);
  });

  it('an id that the study has no image of says so, and anything else stays quiet', async () => {
    const document = await opened('lists/missing.txt', '2007_000032\nrequirements\n');
    assert.match(await hoverOf(document, 0, 3), /no image of this name/);
    assert.equal(await hoverOf(document, 1, 3), '');
  });
});
