/**
 * `node test/gpu/run.mjs [--out FILE] [--tiny] [--devices webgpu,cuda]`: parity with the CPU and times of every device of
 * this machine, as one JSON report. Needs node and node_modules, no network: for a machine with a GPU.
 */
import { build } from 'esbuild';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { run, runMain } from '../../scripts/command.mjs';
import { nodeBuild } from '../../scripts/nodeBuild.mjs';
import { root } from '../../scripts/project.mjs';

await runMain(async () => {
  const cache = join(root, 'node_modules', '.cache');
  await mkdir(cache, { recursive: true });
  // Inside the repository, where the native packages are found.
  const folder = await mkdtemp(join(cache, 'lpcam-gpu-'));
  try {
    await build({
      ...nodeBuild,
      entryPoints: {
        report: join(root, 'test/gpu/report.ts'),
        program: join(root, 'test/gpu/program.ts'),
        probe: join(root, 'src/engine/probe.ts'),
      },
      outdir: folder,
      outExtension: { '.js': '.cjs' },
    });
    await run(process.execPath, [join(folder, 'report.cjs'), folder, ...process.argv.slice(2)]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
