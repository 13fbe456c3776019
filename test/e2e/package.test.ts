/** The package as a whole: it installs, VS Code lists it, and its commands are there. */
import assert from 'node:assert/strict';
import { poll } from './support/poll';
import { useVscode } from './support/vscode';
import { commandTitles, runCommand } from './support/workbench';

describe('The packaged extension', () => {
  const vscode = useVscode();

  it('is listed among the installed extensions', async () => {
    await runCommand(vscode.page, 'Extensions: Show Installed Extensions');
    const names = vscode.page.locator('.extensions-list .extension-list-item .name');
    await poll('LPCAM Lens in the list of extensions', async () =>
      (await names.allInnerTexts()).some((name) => name.trim() === 'LPCAM Lens'),
    );
  });

  it('brings its commands to the palette', async () => {
    const titles = await poll('the commands of LPCAM', async () => {
      const found = (await commandTitles(vscode.page, 'LPCAM: ')).filter((title) =>
        title.startsWith('LPCAM: '),
      );
      return found.length > 0 && found;
    });
    assert.ok(titles.includes('LPCAM: Show Activation Maps'), `the palette has only ${titles.join(', ')}`);
  });
});
