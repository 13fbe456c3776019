/** Comes first, as files go by their names: the tests of the others need an engine. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { lens } from './support/lens';

describe('Activation', () => {
  it('brings every command that is offered', async () => {
    await lens();
    const known = await vscode.commands.getCommands(true);
    const { commands } = (
      vscode.extensions.getExtension('lpcam-lens.lpcam-lens')?.packageJSON as {
        contributes: { commands: { command: string }[] };
      }
    ).contributes;
    assert.ok(commands.length > 5);
    for (const { command } of commands) assert.ok(known.includes(command), `${command} does nothing`);
  });

  it('starts no engine before one is needed', async () => {
    assert.equal((await lens()).engine.pid, undefined);
  });
});
