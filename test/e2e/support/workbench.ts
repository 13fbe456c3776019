/** VS Code's window as a person uses it: explorer, menus, command palette, editors, notifications. */
import type { Locator, Page } from 'playwright-core';
import { poll } from './poll';

/** The command palette's and quick open's rows for an exact label. */
function quickRow(page: Page, label: string): Locator {
  return page
    .locator('.quick-input-widget .monaco-list-row')
    .filter({ has: page.locator('.label-name', { hasText: exactly(label) }) })
    .first();
}

function exactly(text: string): RegExp {
  return new RegExp(`^\\s*${text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}\\s*$`);
}

/** Waits until the window shows the explorer with the workspace's files. */
export async function workbenchReady(page: Page): Promise<void> {
  await page.locator('.monaco-workbench').waitFor({ timeout: 60_000 });
  await page.locator('.explorer-folders-view .monaco-list-row').first().waitFor({ timeout: 60_000 });
}

/**
 * The explorer's row of a file or folder, scrolled into view; the folders around it are opened.
 *
 * @param path relative to the workspace, with forward slashes: `JPEGImages/boat_001.jpg`
 */
async function explorerRow(page: Page, path: string): Promise<Locator> {
  const names = path.split('/');
  let row: Locator | undefined;
  for (const [depth, name] of names.entries()) {
    row = await scrolledTo(page, name, depth + 1);
    if (depth < names.length - 1 && (await row.getAttribute('aria-expanded')) === 'false') {
      await row.click();
      await poll(
        `the folder ${name} to open`,
        async () => (await row?.getAttribute('aria-expanded')) === 'true',
      );
    }
  }
  if (!row) throw new Error('An explorer path must not be empty.');
  return row;
}

/** The explorer draws only the rows in view, so it is paged through until the row is there. */
async function scrolledTo(page: Page, name: string, level: number): Promise<Locator> {
  const tree = page.locator('.explorer-folders-view');
  const row = tree
    .locator(`.monaco-list-row[aria-level="${level}"]`)
    .filter({ has: page.locator('.label-name', { hasText: exactly(name) }) })
    .first();
  const press = async (key: string) => {
    await tree.locator('.monaco-list').focus();
    await page.keyboard.press(key);
    // The list draws in the browser's next frames.
    await page.waitForTimeout(60);
  };
  await press('Home');
  return poll(
    `${name} in the explorer`,
    async () => {
      if ((await row.count()) > 0) {
        if (await isWhole(tree, row)) return row;
        // Half a row below the page's last: the next key shows it whole. Playwright must not scroll to it itself,
        // as the list would not know of that.
        await press('ArrowDown');
        return undefined;
      }
      const atEnd = (await tree.locator('.monaco-list-row[data-last-element="true"]').count()) > 0;
      await press(atEnd ? 'Home' : 'PageDown');
      return undefined;
    },
    { interval: 0, timeout: 60_000 },
  );
}

/** Whether a row lies in the list's view from top to bottom. */
async function isWhole(list: Locator, row: Locator): Promise<boolean> {
  const [outer, inner] = await Promise.all([list.boundingBox(), row.boundingBox({ timeout: 1000 })]);
  if (!outer || !inner) return false;
  return inner.y >= outer.y && inner.y + inner.height <= outer.y + outer.height;
}

/** Double-clicks a file in the explorer: it opens in an editor that stays. */
export async function openFile(page: Page, path: string): Promise<void> {
  await (await explorerRow(page, path)).dblclick();
}

/**
 * Right-clicks a file in the explorer and chooses a menu entry. Extensions' entries appear some seconds after
 * the explorer, so the menu is closed and opened until the entry is there.
 */
export async function chooseInExplorer(page: Page, path: string, entry: string): Promise<void> {
  const row = await explorerRow(page, path);
  const item = menuEntry(page, entry);
  await poll(
    `the entry "${entry}" in the menu of ${path}`,
    async () => {
      try {
        await row.click({ button: 'right', timeout: 5000 });
        await item.waitFor({ timeout: 1500 });
        // A click in a menu's first 100 ms is not taken; a menu that then closes for another reason, as while extensions
        // start, would look as if it had been.
        await page.waitForTimeout(200);
        await clickUntilGone(item);
        return true;
      } catch {
        await page.keyboard.press('Escape');
        // The explorer's hover about the row that the mouse lies on covers the next one, and stays as long as it lies there.
        await page.mouse.move(0, 0);
        return false;
      }
    },
    { timeout: 60_000, interval: 500 },
  );
}

/** A menu takes no click in its first moments, so as not to be chosen from by the click that opened it. */
async function clickUntilGone(item: Locator): Promise<void> {
  await poll('the menu to close', async () => {
    await item.click({ timeout: 1500 });
    await item.waitFor({ state: 'hidden', timeout: 1000 });
    return true;
  });
}

/** An entry of the menu that is open, by its exact label. */
function menuEntry(page: Page, entry: string): Locator {
  return page
    .locator('.monaco-menu .action-item:not(.disabled)')
    .filter({ has: page.locator('.action-label', { hasText: exactly(entry) }) })
    .first();
}

/** Opens the command palette with some text typed; the caller chooses, or presses Escape. */
async function openPalette(page: Page, text: string): Promise<void> {
  const input = page.locator('.quick-input-widget input.input').first();
  await poll('the command palette', async () => {
    await page.keyboard.press('F1');
    await input.waitFor({ state: 'visible', timeout: 2000 });
    return true;
  });
  await input.fill(`>${text}`);
}

/**
 * Runs a command from the command palette.
 *
 * @param title as the palette shows it, category included: `LPCAM: Show Activation Maps`
 */
export async function runCommand(page: Page, title: string): Promise<void> {
  await poll(
    `the command "${title}"`,
    async () => {
      await openPalette(page, title);
      try {
        await quickRow(page, title).click({ timeout: 3000 });
        return true;
      } catch {
        await page.keyboard.press('Escape');
        return false;
      }
    },
    { timeout: 60_000, interval: 500 },
  );
}

/** Runs a command from the command palette by the keyboard alone: its title is typed, Enter takes it. */
export async function runCommandByKeys(page: Page, title: string): Promise<void> {
  await takeFirst(page, 'F1', title);
}

/** Opens a file of the workspace by its name, by the keyboard alone. */
export async function quickOpen(page: Page, name: string): Promise<void> {
  await takeFirst(page, 'Control+P', name);
  await poll(`${name} in an editor`, async () => (await editorTabs(page)).includes(name));
}

/** Changes the colour theme as a person does. @param label as the list of themes has it: `Light Modern` */
export async function chooseTheme(page: Page, label: string): Promise<void> {
  const widget = page.locator('.quick-input-widget');
  await runCommand(page, 'Preferences: Color Theme');
  const row = widget.locator('.monaco-list-row.focused .label-name').filter({ hasText: exactly(label) });
  await widget.locator('.monaco-list-row').first().waitFor();
  await page.keyboard.type(label);
  await row.waitFor();
  await page.keyboard.press('Enter');
  await widget.waitFor({ state: 'hidden' });
}

/** Opens a quick input by its key, types, and takes the first row once it is the wanted one. */
async function takeFirst(page: Page, key: string, label: string): Promise<void> {
  const widget = page.locator('.quick-input-widget');
  await poll(
    `"${label}" as the first row`,
    async () => {
      await page.keyboard.press(key);
      await widget.waitFor({ state: 'visible', timeout: 2000 });
      await page.keyboard.type(label);
      const first = widget
        .locator('.monaco-list-row.focused .label-name')
        .filter({ hasText: exactly(label) });
      try {
        await first.waitFor({ timeout: 3000 });
      } catch {
        await page.keyboard.press('Escape');
        return false;
      }
      await page.keyboard.press('Enter');
      // Some commands ask on in the same place.
      await first.waitFor({ state: 'hidden' });
      return true;
    },
    { timeout: 60_000, interval: 500 },
  );
}

/** The titles of the commands that the palette finds for a text, in its order. */
export async function commandTitles(page: Page, text: string): Promise<string[]> {
  await openPalette(page, text);
  const rows = page.locator('.quick-input-widget .monaco-list-row .label-name');
  await rows.first().waitFor({ timeout: 10_000 });
  const titles = await rows.allInnerTexts();
  await page.keyboard.press('Escape');
  return titles.map((title) => title.trim());
}

/**
 * The titles of all open editors' tabs, group by group, left to right. Just after a reload there are none yet:
 * poll for what you expect.
 */
export async function editorTabs(page: Page): Promise<string[]> {
  // VS Code draws a file's ending as a part of its own.
  const parts = '.monaco-icon-name-container, .monaco-icon-suffix-container';
  const titles = await page
    .locator('.tabs-container .tab')
    .evaluateAll(
      (tabs, selector) =>
        tabs.map((tab) => Array.from(tab.querySelectorAll(selector), (part) => part.textContent).join('')),
      parts,
    );
  return titles.map((title) => title.trim());
}

/** Brings an open editor to the front. @param title as its tab has it */
export async function chooseTab(page: Page, title: string): Promise<void> {
  await page
    .locator('.tabs-container .tab')
    .filter({ hasText: exactly(title) })
    .first()
    .click();
}

/** The texts of the notifications in view. */
export async function notifications(page: Page): Promise<string[]> {
  const texts = await page.locator('.notifications-toasts .notification-list-item-message').allInnerTexts();
  return texts.map((text) => text.trim());
}

/** The texts of the status bar's items, left to right. */
export async function statusBar(page: Page): Promise<string[]> {
  const texts = await page.locator('.statusbar .statusbar-item').allInnerTexts();
  return texts.map((text) => text.trim()).filter((text) => text !== '');
}

/** Reloads the window, as a person does with F5, and waits until it is up again. */
export async function reloadWindow(page: Page): Promise<void> {
  await page.reload();
  await workbenchReady(page);
}

/** Opens another folder in the window, and waits until its files are there. */
export async function openFolder(page: Page, folder: string): Promise<void> {
  const { origin } = new URL(page.url());
  await page.goto(`${origin}/?folder=${encodeURIComponent(folder)}`);
  await workbenchReady(page);
}

/**
 * Waits until VS Code has stored something in the browser, where it looks for its editors after a reload. It does so
 * every few seconds when it is idle; closing the page before costs a person what came last.
 *
 * @param text a part of what is stored, or a pattern of it (quotation marks have backslashes there)
 */
export async function stateStored(page: Page, text: string | RegExp): Promise<void> {
  await poll(`"${String(text)}" in VS Code's storage`, () =>
    page.evaluate(async (wanted) => {
      // A browser in which nothing is drawn any more tells nobody that it is idle: one frame and it does.
      await new Promise((drawn) => requestAnimationFrame(drawn));
      const settled = <T>(request: IDBRequest<T>) =>
        new Promise<T>((resolve, reject) => {
          request.onsuccess = () => resolve(request.result);
          request.onerror = () => reject(request.error ?? new Error('IndexedDB failed.'));
        });
      for (const { name } of await indexedDB.databases()) {
        if (!name?.startsWith('vscode-web-state-db')) continue;
        const database = await settled(indexedDB.open(name));
        try {
          if (!database.objectStoreNames.contains('ItemTable')) continue;
          const values: unknown[] = await settled(
            database.transaction('ItemTable').objectStore('ItemTable').getAll(),
          );
          const holds = (value: string) =>
            typeof wanted === 'string' ? value.includes(wanted) : wanted.test(value);
          if (values.some((value) => typeof value === 'string' && holds(value))) return true;
        } finally {
          database.close();
        }
      }
      return false;
    }, text),
  );
}

/**
 * Answers VS Code's own dialog for files. It writes the folder into its field some time after it has opened, over or
 * behind what was typed before that.
 */
export async function answerFileDialog(page: Page, path: string): Promise<void> {
  const field = page.locator('.quick-input-widget input.input').first();
  await field.waitFor();
  await poll('the path in the dialog', async () => {
    await field.fill(path);
    await page.waitForTimeout(500);
    return (await field.inputValue()) === path;
  });
  await page.keyboard.press('Enter');
  await poll('the dialog to go on', async () => {
    if (!(await field.isVisible())) return true;
    const value = await field.inputValue();
    // Where the dialog is slow to know it for a folder, Enter only steps into it.
    if (value === `${path}/`) await page.keyboard.press('Enter');
    return value !== path && value !== `${path}/`;
  });
}
