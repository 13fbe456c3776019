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
export async function explorerRow(page: Page, path: string): Promise<Locator> {
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
  /** Which rows are drawn: the same before and after a key means that there is nothing further. */
  const drawn = async () =>
    (await tree.locator('.monaco-list-row').evaluateAll((rows) => rows.map((one) => one.id))).sort().join();
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
      if ((await row.count()) > 0) return row;
      const before = await drawn();
      // The first press goes to the page's last row, the second to the next page.
      await press('PageDown');
      await press('PageDown');
      if ((await drawn()) === before) await press('Home');
      return undefined;
    },
    { interval: 0 },
  );
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
      await row.click({ button: 'right' });
      try {
        await item.waitFor({ timeout: 1500 });
        await clickUntilGone(item);
        return true;
      } catch {
        await page.keyboard.press('Escape');
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
export async function openPalette(page: Page, text: string): Promise<void> {
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
  const titles = await page
    .locator('.tabs-container .tab .monaco-icon-label-container')
    .evaluateAll((labels) =>
      labels.map((label) => label.querySelector('.monaco-icon-name-container')?.textContent),
    );
  return titles.map((title) => (title ?? '').trim());
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
