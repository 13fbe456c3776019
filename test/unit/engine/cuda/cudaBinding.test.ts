/**
 * A wheel in a Python environment reaches ONNX Runtime: with a provider that only says that it was loaded, since the real one
 * is not to be had here.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { explainCuda } from '../../../../src/engine/cuda/cudaWords';
import { thisMachine } from '../../../../src/engine/machine';
import { bundle } from '../../support/bundle';

const here =
  process.platform === 'linux' && process.arch === 'x64' && spawnSync('gcc', ['--version']).status === 0;
const title = here ? 'a wheel of the same version' : 'a wheel of the same version: SKIPPED, it needs gcc';

describe.skipIf(!here)(title, () => {
  let folder: string;
  let built: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'lpcam-cuda-'));
    const site = join(folder, 'env', 'lib', 'python3.11', 'site-packages');
    const [capi, cudnn] = [join(site, 'onnxruntime', 'capi'), join(site, 'nvidia', 'cudnn', 'lib')];
    const info = join(site, `onnxruntime_gpu-${thisMachine().runtimeVersion}.dist-info`);
    for (const path of [capi, cudnn, info]) mkdirSync(path, { recursive: true });
    const compile = (text: string, to: string, ...more: string[]) => {
      const source = join(folder, 'source.c');
      writeFileSync(source, text);
      execFileSync('gcc', ['-shared', '-fPIC', source, '-o', to, ...more]);
    };
    const library = join(cudnn, 'libcudnn.so.9');
    compile('int cudnn(void) { return 9; }', library, '-Wl,-soname,libcudnn.so.9');
    compile('void Provider_SetHost(void *host) {}', join(capi, 'libonnxruntime_providers_shared.so'));
    compile(
      '#include <stdio.h>\nint cudnn(void);\n' +
        '__attribute__((constructor)) static void on(void) { fprintf(stderr, "provider loaded with %d\\n", cudnn()); }',
      join(capi, 'libonnxruntime_providers_cuda.so'),
      library,
    );
    built = await bundle({ program: 'test/unit/engine/cuda/bindingProgram.ts' });
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
    rmSync(built, { recursive: true, force: true });
  });
  const run = (...args: string[]) => {
    const env = { ...process.env, VIRTUAL_ENV: join(folder, 'env') };
    return spawnSync(process.execPath, [join(built, 'program.cjs'), join(folder, 'joined'), ...args], {
      env,
      encoding: 'utf8',
    }).stderr;
  };

  it('is loaded by ONNX Runtime, with the libraries of its nvidia-* packages', () => {
    const said = run('load');
    expect(said).toContain('CPU works');
    expect(said).toContain('provider loaded with 9');
    // It is no real provider.
    expect(explainCuda(said)).toMatch(/another build of ONNX Runtime/);
  });

  it('fails in words without them', () => {
    expect(explainCuda(run())).toMatch(/^cuDNN 9 is missing \(libcudnn\.so\.9\)/);
  });
});
