/** Comparing two prototype banks. */
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import * as vscode from 'vscode';
import type { ComparisonView } from '../../src/extension/api';
import { countPairs, defaultPairBars } from '../../src/lpcam/bankComparison';
import { writeBoatBank } from '../support/boatBank';
import { closeEditors, inWorkspace, lens } from './support/lens';
import { poll } from './support/poll';

const first = inWorkspace('before.safetensors');
const second = inWorkspace('after.safetensors');

async function compare(): Promise<void> {
  const [a, b] = [vscode.Uri.file(first), vscode.Uri.file(second)];
  await vscode.commands.executeCommand('lpcam.compareBanks', a, [a, b]);
}

async function comparison(wanted: (view: ComparisonView) => boolean, what: string): Promise<ComparisonView> {
  const api = await lens();
  return poll(`the comparison to be ${what}`, () => api.comparisons.find((view) => wanted(view)));
}

describe('The comparison of two banks', () => {
  afterEach(async () => {
    await closeEditors();
    rmSync(first, { force: true });
    rmSync(second, { force: true });
  });

  it('opens for the two banks that are selected, with the gates of their study', async () => {
    await writeBoatBank(first, [
      [1, 0],
      [0, 1],
    ]);
    await writeBoatBank(second, [
      [5, 0],
      [3, 4],
      [1, 0.1],
    ]);
    await compare();
    const view = await comparison(({ ready, comparison }) => ready && comparison !== null, 'there');
    assert.equal(view.comparison?.gatesOf, inWorkspace('lpcam.json'));
    const { medianCosine, ...counts } = countPairs(view.comparison.pairs, defaultPairBars);
    assert.deepEqual(counts, { matched: 1, drifted: 1, died: 0, born: 1 });
    assert.ok(Math.abs((medianCosine ?? 0) - 0.9) < 1e-6);
  });

  it('refuses banks of different widths, and compares again once one was written anew', async () => {
    await writeBoatBank(first, [[1, 0]]);
    await writeBoatBank(second, [[1, 0, 0]]);
    await compare();
    const { failure } = await comparison((view) => view.failure !== null, 'refused');
    assert.match(failure?.message ?? '', /2 channels.*of 3/);
    await writeBoatBank(second, [[1, 0]]);
    await comparison((view) => view.comparison !== null, 'made again');
  });
});
