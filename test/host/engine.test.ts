/** The engine process ends unexpectedly, as native code and full memories make it. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import * as vscode from 'vscode';
import {
  closeEditors,
  demoImage,
  failed,
  inWorkspace,
  lens,
  panelOf,
  shown,
  showMaps,
  writeStudy,
} from './support/lens';
import { poll } from './support/poll';

const [first = '', second = '', third = ''] = readdirSync(inWorkspace('JPEGImages'))
  .filter((name) => name.startsWith('val'))
  .map((name) => name.replace('.jpg', ''));

async function engineId(): Promise<number> {
  const { engine } = await lens();
  return poll('the engine', () => engine.pid);
}

async function gone(pid: number): Promise<void> {
  const { engine } = await lens();
  await poll('the end of the engine to be noticed', () => engine.pid !== pid);
}

describe('The engine', () => {
  afterEach(closeEditors);

  it('is started again when it was killed while idle', async () => {
    await showMaps(demoImage(first));
    await shown(demoImage(first));
    const before = await engineId();
    process.kill(before, 'SIGKILL');
    await gone(before);
    await showMaps(demoImage(second));
    await shown(demoImage(second));
    assert.notEqual(await engineId(), before);
  });

  it('fails only the image it was killed on, and says so', async () => {
    const slow = writeStudy('slow', first, {
      checkpoint: '../checkpoints/demo_cam.onnx',
      classes: '../classes.txt',
      inference: { scales: [1, ...Array<number>(15).fill(4)], mirror: true },
    });
    await showMaps(slow.image);
    await panelOf(slow.image, (panel) => panel.scales > 0 && !panel.done, 'half done');
    // Waits for its turn meanwhile, and must not be lost.
    await showMaps(demoImage(third));
    const before = await engineId();
    process.kill(before, 'SIGKILL');
    const { failure } = await failed(slow.image);
    assert.equal(failure?.kind, 'engine');
    assert.match(failure.message, new RegExp(`stopped unexpectedly \\(signal SIGKILL.*${first}\\.jpg`));
    await shown(demoImage(third));
    assert.notEqual(await engineId(), before);
  });

  it('restarts when asked', async () => {
    const before = await engineId();
    await vscode.commands.executeCommand('lpcam.restartEngine');
    await gone(before);
    await showMaps(demoImage(first));
    await shown(demoImage(first));
  });
});
