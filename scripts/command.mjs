/** Runs other programs. Imports nothing outside Node. */
import { spawn } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { basename, delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A program that could not be started, or that ended with a code other than 0. */
export class CommandError extends Error {
  /**
   * @param {string} message
   * @param {number} code the program's exit code, 127 when it could not be started
   * @param {string} output what it wrote, when it was captured
   */
  constructor(message, code, output) {
    super(message);
    this.name = 'CommandError';
    this.code = code;
    this.output = output;
  }
}

/** A step that cannot go on, with a message meant for the person: shown without a stack trace. */
export class UserError extends Error {
  /** @param {string} message */
  constructor(message) {
    super(message);
    this.name = 'UserError';
  }
}

/**
 * @typedef {object} RunOptions
 * @property {string} [cwd]
 * @property {NodeJS.ProcessEnv} [env] the whole environment, the process's own if left out
 * @property {'show' | 'capture' | 'captureStdout'} [output] shown as it comes (the default), or returned
 * @property {number} [timeout] in milliseconds; the program is ended after it
 * @property {boolean} [shell]
 */

/**
 * Runs a program to its end.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<string>} what it wrote, when that is captured
 * @throws {CommandError} when it cannot be started, fails or takes too long
 */
export function run(command, args, options = {}) {
  const { output = 'show', timeout } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...args], {
      cwd: options.cwd,
      env: options.env ?? process.env,
      shell: options.shell ?? false,
      stdio: ['ignore', output === 'show' ? 'inherit' : 'pipe', output === 'capture' ? 'pipe' : 'inherit'],
    });
    let text = '';
    /** @param {Buffer} chunk */
    const collect = (chunk) => void (text += chunk.toString());
    child.stdout?.on('data', collect);
    child.stderr?.on('data', collect);
    let late = false;
    const timer =
      timeout === undefined
        ? undefined
        : setTimeout(() => {
            late = true;
            // Gives it the chance to end what it has started.
            child.kill('SIGTERM');
            setTimeout(() => child.kill('SIGKILL'), 10_000).unref();
          }, timeout);
    const name = [basename(command), ...args.slice(0, 2).map((argument) => basename(argument))].join(' ');
    child.once('error', (error) => {
      clearTimeout(timer);
      reject(new CommandError(`${name} could not be started: ${error.message}`, 127, text));
    });
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      if (code === 0) return resolve(text);
      const how = late
        ? `took longer than ${(timeout ?? 0) / 1000} s`
        : signal
          ? `was ended by ${signal}`
          : `failed with exit code ${code}`;
      reject(new CommandError(`${name} ${how}.`, code ?? 1, text));
    });
  });
}

/**
 * Runs npm: the very one that runs us, when npm does.
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<string>}
 */
export function npm(args, options = {}) {
  const env = { ...(options.env ?? process.env) };
  // What `npm run` tells its scripts about the outer project would make an inner npm work on that one.
  for (const name of Object.keys(env)) {
    if (/^npm_(package|lifecycle)_|^npm_config_(local_prefix|prefix|global_prefix)$|^INIT_CWD$/i.test(name))
      delete env[name];
  }
  const cli = process.env['npm_execpath'];
  if (cli && basename(cli) === 'npm-cli.js')
    return run(process.execPath, [cli, ...args], { ...options, env });
  const windows = process.platform === 'win32';
  return run(windows ? 'npm.cmd' : 'npm', args, { ...options, env, shell: windows });
}

/**
 * The last lines of a program's output, for an error message.
 * @param {string} output
 * @param {number} [lines]
 * @returns {string}
 */
export function tail(output, lines = 15) {
  return output.trimEnd().split('\n').slice(-lines).join('\n');
}

/**
 * A program on the PATH.
 * @param {string} name without an ending
 * @returns {string | undefined} its full path
 */
export function which(name) {
  const endings = process.platform === 'win32' ? ['.exe', '.cmd', '.bat'] : [''];
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    if (!folder) continue;
    for (const ending of endings) {
      const path = join(folder, name + ending);
      if (existsSync(path)) return path;
    }
  }
  return undefined;
}

/**
 * Whether a module is the program that was started, not one that it imports.
 * @param {string} url the module's `import.meta.url`
 * @returns {boolean}
 */
export function isMain(url) {
  return process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(url);
}

/**
 * Runs a script's main function: a UserError is shown as its message only, anything else with its stack.
 * @param {() => Promise<number | void>} main resolves to the exit code, 0 if it is left out
 */
export async function runMain(main) {
  try {
    process.exitCode = (await main()) ?? 0;
  } catch (error) {
    if (error instanceof UserError) console.error(`\n${error.message}`);
    else console.error(error);
    process.exitCode = 1;
  }
}
