/** Looking into checkpoints. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import * as vscode from 'vscode';
import type { CheckpointEditorView } from '../../src/extension/api';
import { closeEditors, inWorkspace, lens } from './support/lens';
import { poll } from './support/poll';

async function inspect(path: string): Promise<void> {
  await vscode.commands.executeCommand('lpcam.inspectCheckpoint', vscode.Uri.file(path));
}

/** The editor of a checkpoint once it is as wanted. */
async function editorOf(
  path: string,
  wanted: (editor: CheckpointEditorView) => boolean,
  what: string,
): Promise<CheckpointEditorView> {
  const api = await lens();
  return poll(`the editor of ${path} to be ${what}`, () => {
    const editor = api.checkpoints.find((one) => one.checkpoint === path);
    return editor && wanted(editor) ? editor : undefined;
  });
}

const read = (path: string) => editorOf(path, ({ hash }) => hash !== null, 'read');

describe('The checkpoint editor', () => {
  afterEach(async () => {
    await closeEditors();
    const api = await lens();
    await poll('the checkpoint editors to close', () => api.checkpoints.length === 0);
  });

  it('opens an ONNX file of the demo study and says what it is', async () => {
    const path = inWorkspace('checkpoints', 'demo_cam.onnx');
    await inspect(path);
    const { table, identity, hash } = await read(path);
    assert.equal(table?.format, 'onnx');
    assert.equal(identity?.network?.classes, 7);
    assert.equal(identity.network.stride, 8);
    assert.equal(identity.study?.file, inWorkspace('lpcam.json'));
    assert.equal(identity.study.usesThis, true);
    assert.equal(hash, createHash('sha256').update(readFileSync(path)).digest('hex'));
    const tab = vscode.window.tabGroups.activeTabGroup.activeTab;
    assert.ok(tab?.input instanceof vscode.TabInputCustom);
    assert.equal(tab.input.viewType, 'lpcam.checkpoint');
  });

  it('opens a .pth with every tensor by its name', async () => {
    const path = inWorkspace('checkpoints', 'demo_cam.pth');
    await inspect(path);
    const { table, identity } = await read(path);
    assert.equal(table?.format, 'torch');
    const classifier = table.tensors.find(({ name }) => name === 'classifier.weight');
    assert.deepEqual(classifier?.shape.slice(0, 2), [7, 128]);
    assert.ok(identity);
  });

  it('is one of the ways to open such a file, and not the first', async () => {
    const path = inWorkspace('checkpoints', 'demo_cam.pth');
    await vscode.commands.executeCommand('vscode.openWith', vscode.Uri.file(path), 'lpcam.checkpoint');
    assert.equal((await read(path)).failure, null);
  });

  it('says what is wrong with a damaged file, and reads it when it is mended', async () => {
    const path = inWorkspace('damaged.pth');
    try {
      writeFileSync(path, 'no weights');
      await inspect(path);
      const editor = await editorOf(path, ({ failure }) => failure !== null, 'failed');
      assert.equal(editor.failure?.kind, 'input');
      assert.match(editor.failure.message, /damaged\.pth/);
      copyFileSync(inWorkspace('checkpoints', 'demo_cam.pth'), path);
      const mended = await read(path);
      assert.equal(mended.failure, null);
      assert.ok(mended.request > editor.request);
    } finally {
      rmSync(path, { force: true });
    }
  });

  it('reads a file anew that training wrote over', async () => {
    const path = inWorkspace('epoch.onnx');
    try {
      copyFileSync(inWorkspace('checkpoints', 'demo_cam.onnx'), path);
      await inspect(path);
      const first = await read(path);
      copyFileSync(inWorkspace('checkpoints', 'demo_cam.pth'), path);
      const second = await editorOf(
        path,
        ({ request, hash }) => request > first.request && hash !== null,
        'read again',
      );
      assert.equal(second.table?.format, 'torch');
      assert.notEqual(second.hash, first.hash);
    } finally {
      rmSync(path, { force: true });
    }
  });

  it('looks into files in a process of its own, beside the engine', async () => {
    await vscode.commands.executeCommand('lpcam.restartEngine');
    const api = await lens();
    const before = await poll('the engine', () => api.engine.pid);
    const path = inWorkspace('checkpoints', 'demo_cam.onnx');
    await inspect(path);
    await read(path);
    assert.equal(api.engine.pid, before);
    assert.notEqual(api.readerPid, undefined);
    assert.notEqual(api.readerPid, before);
  });
});
