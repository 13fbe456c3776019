/**
 * `node test/gpu/run.mjs [--out FILE]`: parity with the CPU and times of every device of this machine, as one JSON report,
 * and as rows for docs/benchmarks.md on stderr. Needs node and node_modules, no network: for a machine with a GPU. `--devices
 * webgpu,cuda`, `--only operators|networks`, `--networks NAME,...`, `--images N` (of a data set) make it shorter, `--limit SECONDS` ends a
 * process that hangs, `--tiny` is for a driver without a GPU.
 */
import { build } from 'esbuild';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CommandError, run, runMain } from '../../scripts/command.mjs';
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
        networkProgram: join(root, 'test/gpu/networkProgram.ts'),
        probe: join(root, 'src/engine/probe.ts'),
        inputWorker: join(root, 'src/engine/image/inputWorker.ts'),
      },
      outdir: folder,
      outExtension: { '.js': '.cjs' },
    });
    await run(process.execPath, [join(folder, 'report.cjs'), folder, root, ...process.argv.slice(2)]);
  } catch (error) {
    // It has said why.
    if (error instanceof CommandError) return error.code;
    throw error;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return 0;
});
