/** Packages the extension for this platform: `npm run package` writes lpcam-lens-TARGET-VERSION.vsix. */
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from './build.mjs';
import { CommandError, isMain, run, runMain, tail, UserError } from './command.mjs';
import { install } from './install.mjs';
import { manifest, platformTarget, root, temporaryFolder } from './project.mjs';

const megabyte = 1e6;
/** The largest package we would ask somebody to download. */
const limit = { 'linux-x64': 30 * megabyte };

/** @returns {string} the path of the VSIX for this platform and version */
export function vsixPath() {
  const { name, version } = manifest();
  return join(root, `${name}-${platformTarget()}-${version}.vsix`);
}

/**
 * The allow-list of .vscodeignore, with this platform's native files. It is completed here because only one
 * platform's belong into a package, and a .vscodeignore cannot say which.
 * @param {string} target
 * @returns {string[]}
 */
function allowList(target) {
  const native = [
    `!node_modules/onnxruntime-node/bin/napi-v6/${target.replace('-', '/')}/**`,
    `!node_modules/@img/sharp-${target}/**`,
    `!node_modules/@img/sharp-libvips-${target}/**`,
  ];
  return [...readFileSync(join(root, '.vscodeignore'), 'utf8').trimEnd().split('\n'), ...native];
}

/** What the extension cannot start without. */
const required = [
  /^package\.json$/,
  /^readme\.md$/i,
  /^license(\.txt|\.md)?$/i,
  /^media\/icon\.png$/,
  /^dist\/extension\.cjs$/,
  /^dist\/engine\.cjs$/,
  /^dist\/web-tree-sitter\.wasm$/,
  /^dist\/tree-sitter-python\.wasm$/,
  /^dist\/lpcam\.cjs$/,
  /^dist\/(score|input)Worker\.cjs$/,
  /^dist\/webview\/.*\.js$/,
  /^node_modules\/onnxruntime-node\/bin\/.*\.node$/,
  /^node_modules\/onnxruntime-common\/dist\/cjs\/package\.json$/,
  /^node_modules\/sharp\/package\.json$/,
  /^node_modules\/@img\/sharp-[^/]*\/.*\.node$/,
];

/**
 * Packages dist/ as it is.
 * @returns {Promise<string>} the VSIX
 * @throws {UserError} when a needed file is missing or the package is too large
 */
export async function packageExtension() {
  const { listFiles, PackageManager } = await import('@vscode/vsce');
  const target = platformTarget();
  const vsix = vsixPath();
  const scratch = temporaryFolder('package');
  const ignoreFile = join(scratch, 'ignore');
  writeFileSync(ignoreFile, `${allowList(target).join('\n')}\n`);
  try {
    const files = await listFiles({ cwd: root, packageManager: PackageManager.Npm, ignoreFile });
    const missing = required.filter((pattern) => !files.some((file) => pattern.test(file)));
    if (missing.length > 0) throw new UserError(`The package would lack ${missing.map(String).join(', ')}.`);
    // As a program, because its function prints a screenful.
    const vsce = [join(root, 'node_modules', '@vscode', 'vsce', 'vsce'), 'package', '--target', target];
    const options = ['--out', vsix, '--ignoreFile', ignoreFile];
    await run(process.execPath, [...vsce, ...options], { cwd: root, output: 'capture' });
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    throw new UserError(`The extension could not be packaged: ${error.message}\n${tail(error.output, 30)}`);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  const { size } = statSync(vsix);
  const largest = /** @type {Record<string, number>} */ (limit)[target] ?? Infinity;
  console.log(`${vsix}: ${(size / megabyte).toFixed(1)} MB`);
  if (size > largest) {
    throw new UserError(
      `The package is larger than ${largest / megabyte} MB: see what .vscodeignore lets through.`,
    );
  }
  return vsix;
}

if (isMain(import.meta.url)) {
  await runMain(async () => {
    await install();
    await build({ always: true });
    await packageExtension();
  });
}
