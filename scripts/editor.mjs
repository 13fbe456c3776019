/** Opens the demo study in VS Code: the person's own, else a code-server from npm. */
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, startCodeServer } from './codeServer.mjs';
import { CommandError, run, tail, UserError, which } from './command.mjs';
import { demoFolder } from './demo.mjs';
import { packageExtension, vsixPath } from './package.mjs';
import { cacheFolder, root } from './project.mjs';

/** The oldest VS Code that the extension runs in, as in package.json. */
const oldest = [1, 100];

/** @returns {Promise<string>} a package of what is in dist/ */
async function currentPackage() {
  const made = statSync(vsixPath(), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const inputs = [
    'dist',
    'package.json',
    '.vscodeignore',
    'node_modules/.package-lock.json',
    'README.md',
    'media',
  ];
  const changed = inputs.map((name) => statSync(join(root, name), { throwIfNoEntry: false })?.mtimeMs ?? 0);
  return made > Math.max(...changed) ? vsixPath() : packageExtension();
}

/**
 * Runs the person's `code`.
 * @param {string} code
 * @param {...string} args
 */
function runCode(code, ...args) {
  // On Windows it is a batch file, which only a shell can run, and a shell wants quotes.
  const windows = process.platform === 'win32';
  const quoted = windows ? args.map((argument) => `"${argument}"`) : args;
  return run(windows ? `"${code}"` : code, quoted, { output: 'capture', timeout: 120_000, shell: windows });
}

/**
 * Opens the demo in the person's own VS Code.
 * @param {string} vsix
 * @returns {Promise<boolean>} false when there is none that can be used; the reason is printed
 */
async function openOwn(vsix) {
  const code = which('code');
  if (!code) return false;
  try {
    const version = (await runCode(code, '--version')).split('\n')[0] ?? '';
    const [major = 0, minor = 0] = version.split('.').map(Number);
    const [oldestMajor = 0, oldestMinor = 0] = oldest;
    if (major < oldestMajor || (major === oldestMajor && minor < oldestMinor)) {
      console.log(`${code} is VS Code ${version}; LPCAM Lens needs ${oldest.join('.')} or later.`);
      return false;
    }
    await runCode(code, '--install-extension', vsix, '--force');
    await runCode(code, demoFolder);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    // As root on a desktop, for one, VS Code refuses to start.
    console.log(`${code} could not be used: ${error.message}\n${tail(error.output, 4)}`);
    return false;
  }
  console.log(`LPCAM Lens is installed in your VS Code (${code}), and the demo study is open there.`);
  return true;
}

/**
 * Serves the demo by a code-server until it is interrupted.
 * @param {string} vsix
 * @param {number | undefined} port
 */
async function serve(vsix, port) {
  const usual = 8383;
  const chosen = await freePort(port ?? usual);
  if (port !== undefined && chosen !== port) throw new UserError(`Port ${port} of 127.0.0.1 is taken.`);
  const interrupted = new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => resolve(true));
  });
  const server = await startCodeServer({
    folder: demoFolder,
    // Kept, so that the next start finds the window as it was left.
    profile: join(cacheFolder(), 'start-profile'),
    vsix: [vsix],
    port: chosen,
  });
  console.log(`\nVS Code with LPCAM Lens and the demo study:\n\n  ${server.url}\n`);
  if (process.env['SSH_CONNECTION']) {
    console.log(`From your own machine, first: ssh -L ${chosen}:127.0.0.1:${chosen} THIS_MACHINE\n`);
  }
  console.log('Right-click an image in JPEGImages and choose "LPCAM: Show Activation Maps". Ctrl+C ends it.');
  const asked = await Promise.race([interrupted, server.ended.then(() => false)]);
  const output = server.output();
  await server.stop();
  if (!asked) throw new UserError(`code-server ended by itself:\n${tail(output)}`);
  console.log('\nEnded.');
}

/**
 * Packages the extension and opens the demo with it.
 * @param {{port?: number | undefined}} options
 */
export async function openDemo({ port }) {
  if (!existsSync(demoFolder)) throw new UserError(`There is no demo study at ${demoFolder}.`);
  const vsix = await currentPackage();
  if (port === undefined && (await openOwn(vsix))) return;
  await serve(vsix, port);
}
