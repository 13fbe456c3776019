/**
 * A real VS Code with the packaged extension, in a browser, on a copy of the demo study.
 *
 * ```ts
 * describe('The image panel', () => {
 *   const vscode = useVscode({ theme: 'Default Light Modern' });
 *
 *   it('shows where the network looks', async () => {
 *     await chooseInExplorer(vscode.page, 'JPEGImages/boat_001.jpg', 'LPCAM: Show Activation Maps');
 *     const panel = await webviewFrame(vscode.page, 'canvas');
 *     ...
 *     await vscode.screenshot('image-panel');
 *   });
 * });
 * ```
 *
 * Each `useVscode` is one code-server, shared by the tests of its `describe`; call it once per file where
 * possible, as a start costs about ten seconds. A test that fails leaves a screenshot and the logs of VS Code,
 * the extension host's among them, in test-results/e2e/.
 */
import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { browserFlags } from '../../../scripts/browser.mjs';
import { startCodeServer, type CodeServer } from '../../../scripts/codeServer.mjs';
import { root, temporaryFolder } from '../../../scripts/project.mjs';
import { setting } from './settings';
import { workbenchReady } from './workbench';

export type Theme = 'Default Dark Modern' | 'Default Light Modern' | 'Default High Contrast';

export interface VscodeOptions {
  /** The colour theme; dark if left out. */
  readonly theme?: Theme;
  /** User settings, `lpcam.*` among them. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Environment variables of VS Code and so of the extension host. */
  readonly env?: Readonly<Record<string, string>>;
  /** The browser window; 1400 x 900 pixels if left out. */
  readonly viewport?: { readonly width: number; readonly height: number };
  /** Folders of extensions to have besides ours. */
  readonly extensions?: readonly string[];
  /** Changes the copy of the demo study before it is opened. */
  readonly prepare?: (folder: string) => Promise<void> | void;
}

/** What the tests of one `describe` share. To be used within tests and hooks, not while they are defined. */
export interface Vscode {
  /** The browser's page: playwright's whole API. */
  readonly page: Page;
  /** The opened workspace: a copy of demo/ that goes away in the end. */
  readonly folder: string;
  /** The user data and extensions of this VS Code. */
  readonly profile: string;
  /** What the page wrote to its console, one entry a message. */
  readonly consoleMessages: readonly string[];
  /** Saves a picture of the window as test-results/e2e/NAME.png and returns its path. */
  screenshot(name: string): Promise<string>;
}

interface Session {
  readonly server: CodeServer;
  readonly browser: Browser;
  readonly page: Page;
  readonly folder: string;
  readonly scratch: string;
  readonly consoleMessages: string[];
}

async function start(options: VscodeOptions): Promise<Session> {
  const scratch = temporaryFolder('e2e');
  const folder = join(scratch, 'demo');
  mkdirSync(folder);
  const demo = join(root, 'demo');
  if (existsSync(demo)) {
    // What was computed on this machine stays out: a test begins as a fresh clone does.
    const computed = ['out', '.lpcam', 'lpcam-bank.safetensors', 'seeds'].map((name) => join(demo, name));
    cpSync(demo, folder, { recursive: true, filter: (path) => !computed.includes(path) });
  }
  await options.prepare?.(folder);
  const server = await startCodeServer({
    folder,
    vsix: [setting('LPCAM_VSIX')],
    extensions: options.extensions ?? [],
    settings: {
      'workbench.colorTheme': options.theme ?? 'Default Dark Modern',
      'explorer.compactFolders': false,
      'explorer.confirmDelete': false,
      // Folders that stay on top would cover the rows that the tests click.
      'workbench.tree.enableStickyScroll': false,
      ...options.settings,
    },
    env: { ...options.env },
  });
  try {
    const browser = await chromium.launch({
      executablePath: setting('LPCAM_BROWSER'),
      args: [...browserFlags],
    });
    const page = await browser.newPage({ viewport: options.viewport ?? { width: 1400, height: 900 } });
    const consoleMessages: string[] = [];
    page.on('console', (message) => consoleMessages.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => consoleMessages.push(`uncaught: ${error.stack ?? error.message}`));
    // "Leave this page?" is asked when the window reloads.
    page.on('dialog', (dialog) => void dialog.accept());
    await page.goto(server.url);
    await workbenchReady(page);
    return { server, browser, page, folder, scratch, consoleMessages };
  } catch (error) {
    server.saveLogs(join(setting('LPCAM_TEST_RESULTS'), 'start'));
    await server.stop();
    throw error;
  }
}

function fileName(title: string): string {
  return title.replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-|-$/g, '');
}

async function saveEvidence(session: Session, title: string): Promise<void> {
  const folder = join(setting('LPCAM_TEST_RESULTS'), fileName(title));
  mkdirSync(folder, { recursive: true });
  session.server.saveLogs(folder);
  writeFileSync(join(folder, 'console.log'), session.consoleMessages.join('\n'));
  await session.page.screenshot({ path: join(folder, 'screenshot.png') });
}

/**
 * Starts VS Code before the tests of the surrounding `describe` and ends it after them.
 * See the example at the top of this file.
 */
export function useVscode(options: VscodeOptions = {}): Vscode {
  let session: Session | undefined;
  const current = (): Session => {
    if (!session) throw new Error('VS Code runs only while the tests do.');
    return session;
  };

  before('VS Code starts', async function () {
    this.timeout(180_000);
    session = await start(options);
  });
  afterEach('evidence of a failure', async function () {
    const test = this.currentTest;
    if (session && test?.state === 'failed') await saveEvidence(session, test.fullTitle());
  });
  after('VS Code ends', async function () {
    this.timeout(60_000);
    await session?.browser.close();
    await session?.server.stop();
    if (session) rmSync(session.scratch, { recursive: true, force: true, maxRetries: 5 });
    session = undefined;
  });

  return {
    get page() {
      return current().page;
    },
    get folder() {
      return current().folder;
    },
    get profile() {
      return current().server.profile;
    },
    get consoleMessages() {
      return current().consoleMessages;
    },
    screenshot: async (name) => {
      const path = join(setting('LPCAM_TEST_RESULTS'), `${name}.png`);
      await current().page.screenshot({ path });
      return path;
    },
  };
}
