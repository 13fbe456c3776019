/** Tensors of a Python program that stands at a breakpoint. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import * as vscode from 'vscode';
import { closeEditors, demoImage, inWorkspace, lens } from './support/lens';
import { poll } from './support/poll';

const has = (modules: string) => spawnSync('/usr/bin/python3', ['-c', `import ${modules}`]).status === 0;

const program = `import numpy as np
def make_cam(img_name):
    cam = np.linspace(0, 1, 2 * 219 * 242, dtype=np.float32).reshape(2, 219, 242)
    text = 'no tensor'
    breakpoint()
    cam[:] = 0
    breakpoint()
    return cam
make_cam('IMAGE')
`;

/** An image of the demo. */
const name = 'train_0003';

/** Waits until the program stands in a line behind another one. @returns the line */
async function stoppedBehind(line: number): Promise<number> {
  return poll('the program to stop', async () => {
    const item = vscode.debug.activeStackItem;
    if (!(item instanceof vscode.DebugStackFrame)) return undefined;
    const stack: unknown = await item.session.customRequest('stackTrace', { threadId: item.threadId });
    const [top] = (stack as { stackFrames: { line: number }[] }).stackFrames;
    return top && top.line > line ? top.line : undefined;
  });
}

async function viewed() {
  const api = await lens();
  return poll('the tensor to be shown', () => api.seeds.find(({ seed, failure }) => seed ?? failure));
}

describe('View Tensor, while a Python program is debugged', function () {
  before(async function () {
    if (!has('debugpy, numpy')) this.skip();
    const script = inWorkspace('make_cam.py');
    writeFileSync(script, program.replace('IMAGE', name));
    const started = await vscode.debug.startDebugging(undefined, {
      type: 'debugpy',
      name: 'Make CAMs',
      request: 'launch',
      program: script,
      python: ['/usr/bin/python3'],
      console: 'internalConsole',
    });
    assert.ok(started, 'The program did not start.');
    await stoppedBehind(0);
  });
  after(async () => {
    await vscode.debug.stopDebugging();
    await closeEditors();
  });

  it('shows a variable’s maps over the image that another variable names', async () => {
    const variable = { name: 'cam', evaluateName: 'cam' };
    await vscode.commands.executeCommand('lpcam.viewTensor', { sessionId: '', variable });
    const { seed, failure } = await viewed();
    assert.equal(failure, null);
    assert.equal(seed?.content.kind, 'maps');
    assert.deepEqual([seed.height, seed.width], [219, 242]);
    assert.deepEqual(
      seed.content.maps.map((map) => [map[0], map.at(-1)].map((value) => Number(value?.toFixed(5)))),
      [
        [0, 0.5],
        [0.5, 1],
      ],
    );
    assert.equal(seed.image, demoImage(name));
    assert.ok(seed.study, 'It has no study.');
  });

  it('shows the new values in the same tab after the program went on', async () => {
    const before = await stoppedBehind(0);
    await vscode.commands.executeCommand('workbench.action.debug.continue');
    await stoppedBehind(before);
    await vscode.commands.executeCommand('lpcam.viewTensor', 'cam');
    const api = await lens();
    const { seed } = await poll('the values to be the new ones', () =>
      api.seeds.find(({ seed: now }) => now?.content.kind === 'maps' && now.content.maps[1]?.at(-1) === 0),
    );
    assert.ok(seed);
    assert.equal(api.seeds.length, 1);
  });

  it('of a text opens nothing', async () => {
    const api = await lens();
    const before = api.seeds.length;
    await vscode.commands.executeCommand('lpcam.viewTensor', 'text');
    assert.equal(api.seeds.length, before);
  });
});
