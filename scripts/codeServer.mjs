/** Runs code-server: a real VS Code at a local address, for the tests and for `npm start`. */
import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { installCodeServer } from './codeServerInstall.mjs';
import { CommandError, run, tail, UserError } from './command.mjs';
import { temporaryFolder } from './project.mjs';

/** What would otherwise cover the editor, reach for the network or ask questions. */
const quietSettings = {
  'workbench.startupEditor': 'none',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.tips.enabled': false,
  'chat.disableAIFeatures': true,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'git.enabled': false,
  'security.workspace.trust.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'window.autoDetectHighContrast': false,
};

/**
 * @typedef {object} CodeServerOptions
 * @property {string} folder the workspace to open
 * @property {string} [profile] where user data and extensions are kept; a temporary folder if left out
 * @property {Record<string, unknown>} [settings] user settings on top of the quiet ones
 * @property {readonly string[]} [vsix] packaged extensions to install first
 * @property {readonly string[]} [extensions] folders of unpackaged extensions to have besides, in a new profile only
 * @property {number} [port] a free one if left out
 * @property {NodeJS.ProcessEnv} [env] on top of the process's own environment
 * @property {boolean} [smokeTestDriver] lets a page run an extension's tests
 */

/**
 * @typedef {object} CodeServer
 * @property {string} origin `http://127.0.0.1:PORT`
 * @property {string} url the address that opens the workspace
 * @property {string} profile
 * @property {() => string} output what the server wrote so far
 * @property {(folder: string) => void} saveLogs copies the server's output and VS Code's logs into a folder
 * @property {Promise<void>} ended settles when the server's process is gone
 * @property {() => Promise<void>} stop ends it and removes its temporary profile
 */

/**
 * A port nobody listens on.
 * @param {number} [wanted] tried first
 * @returns {Promise<number>}
 */
export async function freePort(wanted = 0) {
  /** @param {number} port @returns {Promise<number | undefined>} */
  const listen = (port) =>
    new Promise((resolve) => {
      const server = createServer();
      server.once('error', () => resolve(undefined));
      server.listen(port, '127.0.0.1', () => {
        const address = server.address();
        server.close(() => resolve(typeof address === 'object' && address ? address.port : undefined));
      });
    });
  const port = (await listen(wanted)) ?? (await listen(0));
  if (port === undefined) throw new UserError('No port of 127.0.0.1 can be listened on.');
  return port;
}

/**
 * @param {string} profile
 * @param {Record<string, unknown>} settings
 */
function writeSettings(profile, settings) {
  const user = join(profile, 'data', 'User');
  mkdirSync(user, { recursive: true });
  mkdirSync(join(profile, 'extensions'), { recursive: true });
  writeFileSync(join(profile, 'config.yaml'), 'auth: none\ncert: false\n');
  const file = join(user, 'settings.json');
  // In a profile that is kept, the settings belong to the person.
  if (!existsSync(file)) writeFileSync(file, JSON.stringify({ ...quietSettings, ...settings }, null, 2));
}

/**
 * The environment of code-server: without the variables by which one VS Code, in whose terminal we may
 * stand, tells its children about itself, and without npm's.
 * @param {NodeJS.ProcessEnv} [extra]
 * @returns {NodeJS.ProcessEnv}
 */
function environment(extra) {
  const env = { ...process.env };
  for (const name of Object.keys(env)) {
    if (/^(VSCODE_|ELECTRON_|npm_)/i.test(name) || name === 'PORT' || name === 'NODE_OPTIONS')
      delete env[name];
  }
  // An empty gallery: nothing is looked up on the network.
  return { ...env, EXTENSIONS_GALLERY: '{}', ...extra };
}

/**
 * Starts code-server and waits until it answers. It ends with this process at the latest.
 * @param {CodeServerOptions} options
 * @returns {Promise<CodeServer>}
 * @throws {UserError} when it cannot be installed or does not come up
 */
export async function startCodeServer(options) {
  const program = await installCodeServer();
  const profile = options.profile ?? temporaryFolder('profile');
  writeSettings(profile, options.settings ?? {});
  const env = environment(options.env);
  const folders = [
    ...['--config', join(profile, 'config.yaml')],
    ...['--user-data-dir', join(profile, 'data')],
    ...['--extensions-dir', join(profile, 'extensions')],
  ];
  for (const extension of options.extensions ?? [])
    cpSync(extension, join(profile, 'extensions', basename(extension)), { recursive: true });
  for (const vsix of options.vsix ?? []) {
    const args = [program.entry, ...folders, '--install-extension', vsix, '--force'];
    try {
      await run(program.node, args, { env, output: 'capture', timeout: 120_000 });
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      throw new UserError(`${vsix} could not be installed: ${error.message}\n${tail(error.output)}`);
    }
  }

  const port = options.port ?? (await freePort());
  const origin = `http://127.0.0.1:${port}`;
  const posix = process.platform !== 'win32';
  const child = spawn(
    program.node,
    [
      program.entry,
      ...folders,
      ...['--auth', 'none', '--bind-addr', `127.0.0.1:${port}`],
      '--disable-telemetry',
      '--disable-update-check',
      // The setting alone does not count: without the flag the server asks for trust.
      ...(options.settings?.['security.workspace.trust.enabled'] === true
        ? []
        : ['--disable-workspace-trust']),
      '--disable-getting-started-override',
      ...(options.smokeTestDriver ? ['--vscode-option', 'enable-smoke-test-driver'] : []),
      options.folder,
    ],
    // A group of its own, so that its extension hosts can be ended with it.
    { env, stdio: ['ignore', 'pipe', 'pipe'], detached: posix },
  );

  let text = '';
  /** @param {Buffer} chunk */
  const collect = (chunk) => void (text += chunk.toString());
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  let running = true;
  /** @type {Promise<void>} */
  const ended = new Promise((resolve) => {
    const end = () => {
      running = false;
      resolve();
    };
    child.once('exit', end);
    child.once('error', (error) => {
      text += String(error);
      end();
    });
  });
  /** @param {NodeJS.Signals} signal */
  const signalAll = (signal) => {
    if (child.pid === undefined) return;
    try {
      if (posix) process.kill(-child.pid, signal);
      else child.kill(signal);
    } catch {
      // The group is gone already.
    }
  };
  const killAtExit = () => signalAll('SIGKILL');
  process.once('exit', killAtExit);
  // A signal ends a process without its exit hooks, unless somebody listens.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    if (process.listenerCount(signal) === 0) process.once(signal, () => process.exit(130));
  }

  const stop = async () => {
    signalAll('SIGTERM');
    await Promise.race([ended, sleep(3000, undefined, { ref: false })]);
    // Extension hosts outlive their server for a while: they wait for it to come back.
    signalAll('SIGKILL');
    await ended;
    process.removeListener('exit', killAtExit);
    if (!options.profile) rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  };

  const deadline = Date.now() + 60_000;
  while (!(await answers(`${origin}/healthz`))) {
    if (!running || Date.now() > deadline) {
      await stop();
      throw new UserError(`code-server did not come up at ${origin}:\n${tail(text)}`);
    }
    await sleep(200);
  }
  return {
    origin,
    url: `${origin}/?folder=${encodeURIComponent(options.folder)}`,
    profile,
    output: () => text,
    saveLogs: (folder) => {
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, 'code-server.log'), text);
      const logs = join(profile, 'data', 'logs');
      if (existsSync(logs)) cpSync(logs, join(folder, 'logs'), { recursive: true });
    },
    ended,
    stop,
  };
}

/**
 * @param {string} url
 * @returns {Promise<boolean>} whether it answers with a success
 */
async function answers(url) {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2000) });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}
