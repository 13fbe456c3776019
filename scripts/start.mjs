/**
 * `npm start`: from a fresh clone to the extension on the demo study. Installs and builds what is missing,
 * works through the demo, prints the scores and opens VS Code. `npm start -- --no-open` stops before that;
 * `--port N` serves a code-server there even when there is a VS Code.
 */
import { parseArgs } from 'node:util';
import { build } from './build.mjs';
import { runMain, UserError } from './command.mjs';
import { workThroughDemo } from './demo.mjs';
import { openDemo } from './editor.mjs';
import { install } from './install.mjs';

const usage = 'npm start [-- [--no-open] [--port N]]';

/** @returns {{open: boolean, port: number | undefined}} */
function options() {
  /** @type {{'no-open'?: boolean | undefined, port?: string | undefined}} */
  let values;
  try {
    ({ values } = parseArgs({ options: { 'no-open': { type: 'boolean' }, port: { type: 'string' } } }));
  } catch (error) {
    throw new UserError(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
  }
  const port = values.port === undefined ? undefined : Number(values.port);
  if (port !== undefined && !(Number.isInteger(port) && port > 0 && port < 65_536)) {
    throw new UserError(`--port wants a number from 1 to 65535, not "${values.port}".\n${usage}`);
  }
  return { open: !values['no-open'], port };
}

await runMain(async () => {
  const { open, port } = options();
  await install();
  await build();
  await workThroughDemo();
  if (open) await openDemo({ port });
});
