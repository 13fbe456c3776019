/** The engine process: forked by the extension host, which owns it. Native code lives and dies here. */
import { join } from 'node:path';
import { Engine } from './engine';
import { deviceMemoryPath } from './deviceMemory';
import { engineHandlers } from './engineHandlers';
import { serveParent } from './parentChannel';

/** Where it may keep pictures of patches: its only argument, which may be missing. */
const thumbnailFolder = process.argv[2];
const log = (text: string) => void process.stderr.write(`${text}\n`);

const inputScript = join(__dirname, 'inputWorker.cjs');

serveParent(() =>
  engineHandlers(new Engine({ thumbnailFolder, inputScript, log, deviceMemory: deviceMemoryPath() })),
);
