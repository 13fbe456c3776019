/** Finds the browser that the tests drive, or gets Debian's. */
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { CommandError, run, tail, UserError, which } from './command.mjs';

/** What keeps Chromium quiet, and working in containers, for root and without a GPU. */
export const browserFlags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const names = [
  'chromium',
  'google-chrome-stable',
  'google-chrome',
  'microsoft-edge-stable',
  'microsoft-edge',
  'chromium-browser',
  'chrome',
  'msedge',
];

/** @returns {string[]} where browsers are installed that are not on the PATH */
function usualPlaces() {
  if (process.platform === 'darwin') {
    const apps = [
      'Google Chrome.app/Contents/MacOS/Google Chrome',
      'Chromium.app/Contents/MacOS/Chromium',
      'Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
    ];
    return ['/Applications', join(homedir(), 'Applications')].flatMap((folder) =>
      apps.map((app) => join(folder, app)),
    );
  }
  if (process.platform === 'win32') {
    const folders = ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA'].flatMap(
      (name) => process.env[name] ?? [],
    );
    return folders.flatMap((folder) => [
      join(folder, 'Google', 'Chrome', 'Application', 'chrome.exe'),
      join(folder, 'Chromium', 'Application', 'chrome.exe'),
      join(folder, 'Microsoft', 'Edge', 'Application', 'msedge.exe'),
    ]);
  }
  return ['/opt/google/chrome/chrome', '/opt/microsoft/msedge/msedge', '/usr/lib/chromium/chromium'];
}

/**
 * Whether a file is a browser that starts. Ubuntu's `chromium` may be a script that only says "install the
 * snap", so it is asked. (On Windows `--version` would open a window.)
 * @param {string} path
 */
async function works(path) {
  if (!existsSync(path)) return false;
  if (process.platform === 'win32') return true;
  try {
    const answer = await run(path, ['--version', '--no-sandbox'], { output: 'capture', timeout: 30_000 });
    return /chrom|edge/i.test(answer) && !/snap install/i.test(answer);
  } catch (error) {
    if (error instanceof CommandError) return false;
    throw error;
  }
}

/** @returns {Promise<string | undefined>} an installed browser */
export async function installedBrowser() {
  const found = [...names.flatMap((name) => which(name) ?? []), ...usualPlaces()];
  // A snap sees neither hidden folders nor /tmp, so it comes last.
  const isSnap = (/** @type {string} */ path) =>
    path.startsWith('/snap/') ||
    (existsSync(path) && readFileSync(path).subarray(0, 4096).includes('/snap/bin'));
  const candidates = [...found.filter((path) => !isSnap(path)), ...found.filter(isSnap)];
  for (const path of candidates) {
    if (await works(path)) return path;
  }
  return undefined;
}

/** @returns {Set<string>} the ids of this Linux distribution and those it descends from */
function distribution() {
  if (!existsSync('/etc/os-release')) return new Set();
  const text = readFileSync('/etc/os-release', 'utf8');
  return new Set(
    [...text.matchAll(/^ID(?:_LIKE)?="?([^"\n]*)"?$/gm)].flatMap((match) => (match[1] ?? '').split(' ')),
  );
}

/** What one test debugs Python with; it is skipped where they are missing. */
const debugged = ['python3-debugpy', 'python3-numpy'];

/**
 * Debian's own Chromium, installed once.
 * @throws {UserError} when apt-get fails
 */
async function installChromium() {
  console.log("Installing Debian's chromium for the tests (once) ...");
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const apt = (/** @type {string[]} */ args) =>
    run('apt-get', args, { env, output: 'capture', timeout: 900_000 });
  try {
    await apt(['update', '-q']);
    await apt(['install', '-y', '-q', '--no-install-recommends', 'chromium', ...debugged]);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    throw new UserError(
      `chromium could not be installed: ${error.message}\n${tail(error.output)}\n${advice()}.`,
    );
  }
}

/** @returns {string} what the person can do */
function advice() {
  if (distribution().has('ubuntu')) {
    return (
      "Ubuntu's own chromium package only points to a snap, which does not run in containers. Install Google Chrome\n" +
      '(https://www.google.com/chrome) or "snap install chromium"'
    );
  }
  if (distribution().has('debian')) return 'Install Debian\'s: "sudo apt-get install chromium"';
  return 'Install Google Chrome, Chromium or Microsoft Edge';
}

/**
 * The browser for the tests: CHROME_PATH, else one that is installed, else Debian's chromium (as root).
 * @returns {Promise<string>} the path of its program
 * @throws {UserError} when there is none, saying what to install
 */
export async function findBrowser() {
  const chosen = process.env['CHROME_PATH'];
  if (chosen) {
    if (await works(chosen)) return chosen;
    throw new UserError(`CHROME_PATH names ${chosen}, which is no browser that starts.`);
  }
  const found = await installedBrowser();
  if (found) return found;
  const ids = distribution();
  if (process.getuid?.() === 0 && (ids.has('debian') || ids.has('ubuntu')) && which('apt-get')) {
    await installChromium();
    const fresh = await installedBrowser();
    if (fresh) return fresh;
  }
  throw new UserError(
    `The tests need Chrome, Chromium or Edge, and none was found. ${advice()}, or set CHROME_PATH to one.`,
  );
}
