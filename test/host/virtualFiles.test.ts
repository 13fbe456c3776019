/** Files without a path on disk: what the viewers show of them, and what becomes of the copies. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { CheckpointEditorView } from '../../src/extension/api';
import { writeIrnSeed } from '../../src/formats/seedWriter';
import { choose, closeEditors, demoImage, inWorkspace, lens } from './support/lens';
import { MemoryFiles } from './support/memoryFiles';
import { poll } from './support/poll';

const files = new MemoryFiles('lpcam-memory');
const at = (path: string) => vscode.Uri.from({ scheme: 'lpcam-memory', path });
const demo = (name: string) => readFileSync(inWorkspace('checkpoints', name));
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

async function inspected(
  uri: vscode.Uri,
  wanted: (editor: CheckpointEditorView) => boolean,
): Promise<CheckpointEditorView> {
  const api = await lens();
  return poll(`the editor of ${uri.toString()}`, () =>
    api.checkpoints.find((editor) => editor.checkpoint === uri.toString() && wanted(editor)),
  );
}

function seedOf(value: number): Uint8Array {
  const map = { width: 4, height: 3, data: new Float32Array(12).fill(value) };
  return writeIrnSeed({ keys: [1], highRes: [map], strided: [map] });
}

describe('Files in a virtual file system', () => {
  let registration: vscode.Disposable;
  /** Copies that lie on disk now. */
  let copies: () => string[];

  before(async () => {
    const { copiesFolder } = await lens();
    copies = () =>
      existsSync(copiesFolder)
        ? readdirSync(copiesFolder, { recursive: true, withFileTypes: true })
            .filter((entry) => entry.isFile())
            .map(({ parentPath, name }) => join(parentPath, name))
        : [];
    registration = vscode.workspace.registerFileSystemProvider('lpcam-memory', files);
    files.put('/net/demo_cam.onnx', demo('demo_cam.onnx'));
    files.put('/net/huge.pth', new Uint8Array(8), 3 * 2 ** 30);
    files.put('/net/broken.pth', new TextEncoder().encode('no checkpoint'));
    files.put('/seeds/boat.npy', seedOf(0.25));
  });
  after(async () => {
    await closeEditors();
    registration.dispose();
  });

  it('a checkpoint opens with what it is, and its copy goes with its last editor', async () => {
    const uri = at('/net/demo_cam.onnx');
    await vscode.commands.executeCommand('lpcam.inspectCheckpoint', uri);
    const { table, identity, hash } = await inspected(uri, (editor) => editor.hash !== null);
    assert.equal(table?.format, 'onnx');
    assert.equal(identity?.network?.classes, 7);
    assert.equal(hash, sha256(demo('demo_cam.onnx')));
    assert.equal(copies().length, 1);
  });

  it('it is read anew when it changes', async () => {
    const uri = at('/net/demo_cam.onnx');
    const changed = Buffer.concat([demo('demo_cam.onnx')]);
    changed.writeUInt8(changed.readUInt8(changed.length - 1) ^ 1, changed.length - 1);
    files.put('/net/demo_cam.onnx', changed);
    await inspected(uri, ({ hash }) => hash === sha256(changed));
    await closeEditors();
    await poll('the copy to go', () => copies().length === 0);
  });

  it('one that is too large for a copy, broken or gone says so by its own name', async () => {
    const failures: string[] = [];
    for (const path of ['/net/huge.pth', '/net/broken.pth', '/net/nothing.pth']) {
      const uri = at(path);
      await vscode.commands.executeCommand('vscode.openWith', uri, 'lpcam.checkpoint');
      const { failure } = await inspected(uri, (editor) => editor.failure !== null);
      failures.push(failure?.message ?? '');
      assert.ok(failures.at(-1)?.includes(uri.toString()), failures.at(-1));
    }
    const [huge = '', broken = ''] = failures;
    assert.match(huge, /3\.0 GiB.*up to 2\.0 GiB.*folder on disk/);
    assert.doesNotMatch(broken, /copies/);
    await closeEditors();
  });

  it('an image is shown by the study that is selected, and its copy goes with its panel', async () => {
    await vscode.commands.executeCommand('lpcam.selectStudy', {
      kind: 'study',
      study: { file: inWorkspace('lpcam.json') },
    });
    const [bird, other] = ['val_0028', 'val_0029'].map((id) => readFileSync(demoImage(id)));
    assert.ok(bird && other);
    files.put('/images/bird.jpg', bird);
    try {
      await vscode.commands.executeCommand('lpcam.showActivationMaps', at('/images/bird.jpg'));
      const api = await lens();
      const panel = await poll('the maps of the image', () =>
        api.panels.find(({ image, done }) => done && image.endsWith('bird.jpg')),
      );
      assert.deepEqual(copies(), [panel.image]);
      assert.deepEqual(readFileSync(panel.image), bird);
      assert.equal(panel.study, inWorkspace('lpcam.json'));
      // The same image again is the same panel.
      await vscode.commands.executeCommand('lpcam.showActivationMaps', at('/images/bird.jpg'));
      assert.equal(api.panels.length, 1);
      files.put('/images/bird.jpg', other);
      await poll('the maps of the changed image', () =>
        api.panels.find(({ done, request }) => done && request > panel.request),
      );
      assert.deepEqual(readFileSync(panel.image), other);
      await closeEditors();
      await poll('the copy to go', () => copies().length === 0);
    } finally {
      await choose('lpcam.selectStudy', 0);
    }
  });

  it('a seed opens, and follows its file', async () => {
    const uri = at('/seeds/boat.npy');
    await vscode.commands.executeCommand('vscode.openWith', uri, 'lpcam.seed');
    const api = await lens();
    const shows = (value: number) =>
      poll(`a seed of ${value}`, () =>
        api.seeds.find(({ path, seed }) => {
          const maps = seed?.content.kind === 'maps' ? seed.content.maps : [];
          return path === uri.toString() && maps[0]?.[0] === value;
        }),
      );
    await shows(0.25);
    files.put('/seeds/boat.npy', seedOf(0.75));
    await shows(0.75);
  });
});
