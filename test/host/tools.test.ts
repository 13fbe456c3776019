/** The tools for language models, called as the editor's agent calls them. */
import assert from 'node:assert/strict';
import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { inWorkspace, lens } from './support/lens';

interface Answer {
  readonly value: Record<string, unknown>;
  readonly parts: readonly unknown[];
}

async function invoke(name: string, input: object): Promise<Answer> {
  const { content } = await vscode.lm.invokeTool(name, { input, toolInvocationToken: undefined });
  const [first] = content;
  assert.ok(first instanceof vscode.LanguageModelTextPart);
  return { value: JSON.parse(first.value) as Record<string, unknown>, parts: content };
}

describe('The tools for language models', () => {
  before(lens);

  it('are offered, each with what it takes', () => {
    const ours = vscode.lm.tools.filter(({ name }) => name.startsWith('lpcam_'));
    assert.deepEqual(ours.map(({ name }) => name).sort(), [
      'lpcam_explain_image',
      'lpcam_inspect_checkpoint',
      'lpcam_score_seeds',
    ]);
    for (const { inputSchema, description } of ours) assert.ok(inputSchema && description.length > 100);
  });

  it('explain an image: figures as text, the map as a picture', async () => {
    // Other tests leave studies of their own in the workspace.
    const { value, parts } = await invoke('lpcam_explain_image', { image: 'val_0028', study: 'lpcam.json' });
    assert.equal(value['image'], inWorkspace('JPEGImages', 'val_0028.jpg'));
    const [one] = value['classes'] as Record<string, unknown>[];
    assert.equal(typeof one?.['camSeedIouPercent'], 'number');
    assert.equal(value['seedFile'], null, 'no seeds were made');
    assert.ok(existsSync(String(value['picture'])));
    const { LanguageModelDataPart } = vscode as { LanguageModelDataPart?: unknown };
    assert.equal(parts.length, LanguageModelDataPart ? 2 : 1);
    const same = await invoke('lpcam_explain_image', {
      image: 'JPEGImages/val_0028.jpg',
      study: 'lpcam.json',
    });
    assert.deepEqual(same.value, value);
  });

  it('inspect the study’s checkpoint, or another file', async () => {
    const { value } = await invoke('lpcam_inspect_checkpoint', { study: 'lpcam.json' });
    assert.equal(value['checkpoint'], inWorkspace('checkpoints', 'demo_cam.onnx'));
    assert.equal((value['network'] as { classes: number }).classes, 7);
    const other = await invoke('lpcam_inspect_checkpoint', { checkpoint: 'checkpoints/demo_cam.pth' });
    assert.match(String(other.value['format']), /PyTorch/);
    assert.ok(JSON.stringify(other.value).length < 8_000, 'short enough for a model to read');
  });

  it('tell the scores that are kept', async () => {
    const { value } = await invoke('lpcam_score_seeds', {});
    assert.ok(Array.isArray(value['scores']));
    if (value['scores'].length === 0) assert.match(String(value['hint']), /No score is kept yet/);
  });

  it('score a folder of seeds, and write nothing', async () => {
    const folder = inWorkspace('tool_seeds');
    mkdirSync(folder);
    const ids = ['val_0028', 'val_0029'];
    try {
      for (const id of ids)
        copyFileSync(inWorkspace('SegmentationClass', `${id}.png`), join(folder, `${id}.png`));
      const { value } = await invoke('lpcam_score_seeds', { folder: 'tool_seeds', study: 'lpcam.json' });
      assert.equal(value['miouPercent'], 100);
      assert.deepEqual(
        value['worst'],
        ids.map((id) => ({ id, iouPercent: 100 })),
      );
      assert.deepEqual(
        readdirSync(folder).sort(),
        ids.map((id) => `${id}.png`),
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('say what was wrong', async () => {
    await assert.rejects(invoke('lpcam_score_seeds', { folder: 'nowhere' }), /nowhere/);
    await assert.rejects(invoke('lpcam_explain_image', { image: 'nobody' }), /There is no image nobody/);
    await assert.rejects(invoke('lpcam_inspect_checkpoint', { checkpoint: 'none.pth' }), /none\.pth/);
    await assert.rejects(invoke('lpcam_score_seeds', { study: 5 }), /Wrong input|study/);
  });
});
