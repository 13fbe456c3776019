/** The package as a whole: it installs, VS Code lists it, and its commands are there. */
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
    // The palette draws only what has room.
    for (const title of ['LPCAM: Show Activation Maps', 'LPCAM: Inspect Checkpoint', 'LPCAM: Score Seeds'])
      await poll(title, async () => (await commandTitles(vscode.page, title)).includes(title));
  });
});
