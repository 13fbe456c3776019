/** Installs code-server, a VS Code for the browser, once into the user's cache folder. */
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { CommandError, npm, tail, UserError } from './command.mjs';
import { withFolderLock } from './folderLock.mjs';
import { cacheFolder, root } from './project.mjs';

/** VS Code 1.139.1. It insists on the Node it was made for, which npm delivers too. */
const version = '4.139.1';
const nodeVersion = '24.21.0';
/** Counts the changes of what is done to it below; part of the folder's name. */
const recipe = 2;

/**
 * @typedef {object} CodeServerProgram
 * @property {string} node the Node that runs it
 * @property {string} entry its main file
 */

/** The package with the Node binary, where there is one for this platform. */
function nodePackage() {
  return process.platform === 'linux' && ['x64', 'arm64'].includes(process.arch)
    ? `node-linux-${process.arch}`
    : undefined;
}

/**
 * @param {string} folder an installation
 * @returns {CodeServerProgram}
 */
function program(folder) {
  const modules = join(folder, 'node_modules');
  const fromNpm = nodePackage();
  return {
    node: fromNpm ? join(modules, fromNpm, 'bin', 'node') : process.execPath,
    entry: join(modules, 'code-server', 'out', 'node', 'entry.js'),
  };
}

/**
 * Takes away what an editor for one extension does not need: two thirds of the 616 MB. None of it is loaded
 * before somebody uses it.
 * @param {string} vscode the folder lib/vscode
 */
function trim(vscode) {
  const modules = join(vscode, 'node_modules');
  /** @param {...string} parts */
  const remove = (...parts) => rmSync(join(...parts), { recursive: true, force: true });
  /**
   * @param {string} folder
   * @param {(name: string) => boolean} drop
   */
  const removeIn = (folder, drop) => {
    if (existsSync(folder))
      readdirSync(folder)
        .filter(drop)
        .forEach((name) => remove(folder, name));
  };
  const platform = `${process.platform}-${process.arch}`;
  removeIn(join(modules, '@github'), (name) => name.startsWith('copilot-sdk'));
  remove(modules, '@microsoft', 'mxc-sdk');
  removeIn(join(modules, '@vscode', 'ripgrep-universal', 'bin'), (name) => name !== platform);
  removeIn(join(modules, 'node-pty', 'prebuilds'), (name) => name !== platform);
  if (process.platform !== 'win32') remove(modules, '@vscode', 'windows-process-tree', 'build');
  remove(vscode, 'extensions', 'copilot');
  remove(vscode, 'extensions', 'mermaid-markdown-features');
}

/**
 * @param {string} folder an empty one
 */
async function installInto(folder) {
  // Install scripts would compile for minutes and need libkrb5-dev; what they build is not needed here.
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  const fromNpm = nodePackage();
  const packages = [`code-server@${version}`, ...(fromNpm ? [`${fromNpm}@${nodeVersion}`] : [])];
  await npm(['install', ...packages, ...flags], { cwd: folder, output: 'capture' });
  const vscode = join(folder, 'node_modules', 'code-server', 'lib', 'vscode');
  for (const inner of [vscode, join(vscode, 'extensions')]) {
    await npm(['install', '--omit=dev', ...flags], { cwd: inner, output: 'capture' });
  }
  trim(vscode);
  copyFileSync(
    join(root, 'scripts', 'spdlogStandIn.cjs'),
    join(vscode, 'node_modules', '@vscode', 'spdlog', 'index.js'),
  );
}

/**
 * code-server, installed when it is not. Everything is made in a folder of its own and renamed at the end, so
 * half an installation never counts; a second process waits for the first.
 * @returns {Promise<CodeServerProgram>}
 * @throws {UserError} when it cannot be installed
 */
export async function installCodeServer() {
  const cache = cacheFolder();
  const folder = join(cache, `code-server-${version}-${recipe}-${process.platform}-${process.arch}`);
  if (existsSync(folder)) return program(folder);
  if (!nodePackage() && process.versions.node.split('.')[0] !== nodeVersion.split('.')[0]) {
    throw new UserError(
      `code-server ${version} needs Node 24, which npm has no package of for ${process.platform}-${process.arch}. ` +
        `Run this with Node 24, or install VS Code with its "code" command on the PATH.`,
    );
  }
  try {
    mkdirSync(cache, { recursive: true });
  } catch (error) {
    throw new UserError(
      `The cache folder ${cache} cannot be made (${String(error)}). Set XDG_CACHE_HOME to one that can.`,
    );
  }
  const waiting = () => console.log('Waiting for another process that installs code-server ...');
  await withFolderLock(`${folder}.lock`, () => installOnce(cache, folder), waiting);
  return program(folder);
}

/**
 * @param {string} cache
 * @param {string} folder where it goes
 */
async function installOnce(cache, folder) {
  if (existsSync(folder)) return;
  console.log(`Installing code-server ${version} once into ${folder} ...`);
  const started = Date.now();
  const unfinished = mkdtempSync(join(cache, 'unfinished-'));
  try {
    await installInto(unfinished);
    const { node, entry } = program(unfinished);
    for (const file of [node, entry]) {
      if (!existsSync(file)) throw new CommandError(`npm left no ${file}.`, 1, '');
    }
    renameSync(unfinished, folder);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    throw new UserError(
      `code-server ${version} could not be installed: ${error.message}\n${tail(error.output)}\n` +
        'It comes from the npm registry, which must be reachable ("npm ping" tries it).',
    );
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
  console.log(`Installed code-server in ${Math.round((Date.now() - started) / 1000)} s.`);
}
