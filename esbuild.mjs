/** Builds dist/: the extension, the engine process, the command line and one bundle per webview. */
import { build, context } from 'esbuild';
import { rm } from 'node:fs/promises';
import { englishZod } from './scripts/englishZod.mjs';
import { nodeBuild } from './scripts/nodeBuild.mjs';
import { copyPythonParser } from './scripts/pythonParser.mjs';

const watch = process.argv.includes('--watch');

const node = {
  ...nodeBuild,
  sourcemap: true,
  minifySyntax: true,
  // Names stay, and lines stay short, for the sake of stack traces.
  minifyWhitespace: !watch,
  lineLimit: 200,
  legalComments: 'none',
};

const browser = {
  bundle: true,
  platform: 'browser',
  format: 'esm',
  target: 'es2022',
  plugins: [englishZod],
  sourcemap: true,
  minify: !watch,
  legalComments: 'none',
  logLevel: 'warning',
};

const builds = [
  {
    ...node,
    entryPoints: { extension: 'src/extension/extension.ts' },
    outdir: 'dist',
    outExtension: { '.js': '.cjs' },
  },
  {
    ...node,
    entryPoints: {
      engine: 'src/engine/main.ts',
      reader: 'src/engine/reader.ts',
      probe: 'src/engine/probe.ts',
      scoreWorker: 'src/engine/scoring/scoreWorker.ts',
      inputWorker: 'src/engine/image/inputWorker.ts',
    },
    outdir: 'dist',
    outExtension: { '.js': '.cjs' },
  },
  {
    ...node,
    entryPoints: { lpcam: 'src/cli/main.ts' },
    outdir: 'dist',
    outExtension: { '.js': '.cjs' },
    banner: { js: '#!/usr/bin/env node' },
  },
  {
    ...browser,
    entryPoints: {
      imagePanel: 'src/webview/imagePanel/main.ts',
      imagePanelStart: 'src/webview/imagePanel/start.ts',
      checkpoint: 'src/webview/checkpoint/main.ts',
      compare: 'src/webview/compare/main.ts',
      seed: 'src/webview/seed/main.ts',
      timeline: 'src/webview/timeline/main.ts',
      triage: 'src/webview/triage/main.ts',
      stages: 'src/webview/stages/main.ts',
    },
    outdir: 'dist/webview',
    loader: { '.css': 'css' },
  },
  {
    // Workers of a page's blob are classic scripts.
    ...browser,
    format: 'iife',
    entryPoints: { imagePanelWorker: 'src/webview/imagePanel/exact/worker.ts' },
    outdir: 'dist/webview',
  },
];

if (watch) {
  for (const options of builds) await (await context(options)).watch();
} else {
  await rm('dist', { recursive: true, force: true });
  await Promise.all(builds.map((options) => build(options)));
}
await copyPythonParser('dist');
