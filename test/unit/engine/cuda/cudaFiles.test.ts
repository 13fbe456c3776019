/** Where CUDA's files are found, and what a person is told when they are not, on machines made up. */
import { describe, expect, it } from 'vitest';
import { findCuda } from '../../../../src/engine/cuda/cudaFiles';
import { explainCuda } from '../../../../src/engine/cuda/cudaWords';
import { quickLook } from '../../../../src/engine/deviceTable';
import { fakeMachine, type FakeMachine } from '../support/fakeMachine';

const provider = 'libonnxruntime_providers_cuda.so';
const shared = 'libonnxruntime_providers_shared.so';
const both = (folder: string) => [`${folder}/${provider}`, `${folder}/${shared}`];
const site = (environment: string) => `${environment}/lib/python3.11/site-packages`;

/** An environment with a wheel, and with the packages that bring CUDA's libraries. */
function environment(folder: string, version: string, packages: readonly string[] = ['cudnn', 'cublas']) {
  const packageFiles = packages.map((name) =>
    name === 'cudnn' ? 'cudnn/lib/libcudnn.so.9' : `${name}/lib/lib${name}.so.12`,
  );
  return [
    `${site(folder)}/onnxruntime_gpu-${version}.dist-info/METADATA`,
    ...both(`${site(folder)}/onnxruntime/capi`),
    ...packageFiles.map((name) => `${site(folder)}/nvidia/${name}`),
  ];
}

const find = (machine: FakeMachine) => findCuda(fakeMachine(machine));

describe("CUDA's files", () => {
  it("are those of ONNX Runtime's installer where it put them", () => {
    expect(find({ files: both('/ort') }).files).toEqual({
      folder: '/ort',
      origin: "ONNX Runtime's installer",
      libraries: [],
    });
  });

  it('are those of a wheel of the same version in the environment beside the code, with its libraries', () => {
    expect(find({ files: environment('/work/.venv', '1.30.0') })).toEqual({
      files: {
        folder: `${site('/work/.venv')}/onnxruntime/capi`,
        origin: 'the onnxruntime-gpu 1.30.0 wheel in /work/.venv',
        libraries: [`${site('/work/.venv')}/nvidia/cublas/lib`, `${site('/work/.venv')}/nvidia/cudnn/lib`],
      },
      problems: [],
    });
  });

  it('may be in the chosen environment, the shell’s, or conda’s, in this order', () => {
    const names = ['/chosen', '/active', '/conda'];
    const files = names.flatMap((name) => environment(name, '1.30.0'));
    const env = {
      LPCAM_PYTHON_ENVIRONMENTS: '/gone:/chosen',
      VIRTUAL_ENV: '/active',
      CONDA_PREFIX: '/conda',
    };
    expect(find({ files, env }).files?.origin).toContain('/chosen');
    const { VIRTUAL_ENV, CONDA_PREFIX } = env;
    expect(find({ files, env: { VIRTUAL_ENV, CONDA_PREFIX } }).files?.origin).toContain('/active');
    expect(find({ files, env: { CONDA_PREFIX: '/conda' } }).files?.origin).toContain('/conda');
  });

  it('of conda bring the libraries that conda itself installed', () => {
    const files = [
      ...environment('/conda', '1.30.0', []),
      '/conda/lib/libcudnn.so.9',
      '/conda/lib/libz.so.1',
    ];
    expect(find({ files, env: { CONDA_PREFIX: '/conda' } }).files?.libraries).toEqual(['/conda/lib']);
  });

  it.each<[string, FakeMachine, RegExp]>([
    [
      'a wheel of another version',
      { files: environment('/work/venv', '1.27.0') },
      /^\/work\/venv has onnxruntime-gpu 1\.27\.0, but 1\.30\.0 is needed: pip install onnxruntime-gpu==1\.30\.0 there$/,
    ],
    [
      'the wheel for the CPU',
      { files: [`${site('/work/venv')}/onnxruntime-1.30.0.dist-info/METADATA`] },
      /onnxruntime 1\.30\.0, which is for the CPU: install onnxruntime-gpu==1\.30\.0 there/,
    ],
    [
      'a wheel without its provider',
      { files: [`${site('/work/venv')}/onnxruntime_gpu-1.30.0.dist-info/METADATA`] },
      /onnxruntime-gpu 1\.30\.0 in \/work\/venv is incomplete: .*capi has no libonnxruntime_providers_cuda\.so/,
    ],
    [
      'an installation of half the files',
      { files: [`/ort/${provider}`] },
      /^\/ort has libonnxruntime_providers_cuda\.so but not libonnxruntime_providers_shared\.so$/,
    ],
  ])('are not taken from %s, which is said', (_, machine, expected) => {
    const { files, problems } = find(machine);
    expect(files).toBeNull();
    expect(problems.join()).toMatch(expected);
  });

  it('passes an environment of another version over for one that fits', () => {
    const files = [...environment('/work/.venv', '1.27.0'), ...environment('/work/venv', '1.30.0')];
    const found = find({ files });
    expect(found.files?.origin).toContain('/work/venv');
    expect(found.problems).toEqual([expect.stringContaining('1.27.0')]);
  });

  describe('of a configured folder', () => {
    const at = (folder: string, files: readonly string[]) =>
      find({ files, env: { LPCAM_CUDA_FOLDER: folder } });

    it('count before all others: itself, an unpacked release, or an environment', () => {
      const wheel = environment('/work/.venv', '1.30.0');
      expect(at('/opt/cuda', [...both('/opt/cuda'), ...wheel]).files).toMatchObject({
        folder: '/opt/cuda',
        libraries: ['/opt/cuda'],
      });
      expect(at('/opt/ort', both('/opt/ort/lib')).files?.folder).toBe('/opt/ort/lib');
      expect(at('/other', environment('/other', '1.30.0')).files?.origin).toContain('wheel in /other');
    });

    it('are not replaced by others when they do not do', () => {
      const wheel = environment('/work/.venv', '1.30.0');
      const problem = (folder: string, files: readonly string[]) => {
        const found = at(folder, [...files, ...wheel]);
        expect(found.files).toBeNull();
        return found.problems.join();
      };
      expect(problem('/none', [])).toBe('the configured CUDA folder /none does not exist');
      expect(problem('relative', [])).toBe('the configured CUDA folder relative is no absolute path');
      expect(problem('/opt', ['/opt/readme'])).toBe(
        `the configured CUDA folder /opt has neither ${provider} nor an onnxruntime-gpu wheel`,
      );
      expect(problem('/opt/ort', [...both('/opt/ort/lib'), '/opt/ort/lib/libonnxruntime.so.1.27.0'])).toBe(
        'the configured CUDA folder /opt/ort/lib is of ONNX Runtime 1.27.0, but 1.30.0 is needed',
      );
      expect(problem('/other', environment('/other', '1.26.0'))).toContain(
        '/other has onnxruntime-gpu 1.26.0',
      );
    });
  });
});

describe('a look at CUDA', () => {
  const gpu = {
    '/sys/bus/pci/devices/0000:01:00.0/vendor': '0x10de\n',
    '/sys/bus/pci/devices/0000:01:00.0/class': '0x030000\n',
  };
  const look = (machine: FakeMachine) => quickLook('cuda', fakeMachine(machine));

  it('says that there is no GPU, also where its files are', () => {
    expect(look({})).toEqual({ state: 'absent', reason: 'there is no NVIDIA GPU (no /dev/nvidiactl)' });
    expect(look({ files: both('/ort') })?.reason).toContain("its files are here (ONNX Runtime's installer)");
  });

  it('tells a GPU without a driver from none', () => {
    expect(look({ texts: gpu })).toMatchObject({
      state: 'broken',
      reason: expect.stringMatching(
        /an NVIDIA GPU but no driver for it .*: install NVIDIA's driver/,
      ) as string,
    });
    const sound = { ...gpu, '/sys/bus/pci/devices/0000:01:00.0/class': '0x040300\n' };
    expect(look({ texts: sound })?.state).toBe('absent');
  });

  it('names what was found instead of its files, and what to install', () => {
    const files = ['/dev/nvidiactl', ...environment('/work/.venv', '1.27.0')];
    expect(look({ files })?.reason).toMatch(
      /^ONNX Runtime's CUDA provider is not installed \(\/work\/\.venv has onnxruntime-gpu 1\.27\.0, .*\)\. Install onnxruntime-gpu==1\.30\.0/,
    );
  });

  it('leaves it to the probe where driver and files are there', () => {
    expect(look({ files: ['/dev/nvidiactl', ...environment('/work/.venv', '1.30.0')] })).toBeNull();
  });
});

describe("CUDA's own messages", () => {
  const load = (rest: string) =>
    `[E:onnxruntime] Failed to load library /x/libonnxruntime_providers_cuda.so with error: ${rest}`;

  it.each([
    [
      load('libcudnn.so.9: cannot open shared object file: No such file'),
      /^cuDNN 9 is missing .*nvidia-cudnn-cu12/,
    ],
    [
      load('libcublasLt.so.12: cannot open shared object file: x'),
      /^cuBLAS 12 is missing .*nvidia-cublas-cu12/,
    ],
    [
      load('libcublasLt.so.13: cannot open shared object file: x'),
      /^cuBLAS 13 is missing \(libcublasLt\.so\.13\): install it$/,
    ],
    [load('libcuda.so.1: cannot open shared object file: x'), /^the NVIDIA driver is missing or incomplete/],
    [load('libodd.so.4: cannot open shared object file: x'), /^the library libodd\.so\.4 is missing/],
    [
      'CUDA failure 35: CUDA driver version is insufficient for CUDA runtime version',
      /older than these CUDA files need/,
    ],
    ['CUDA failure 100: no CUDA-capable device is detected ; GPU=-1', /shows no GPU to this program/],
    ['CUDA failure 2: out of memory', /no memory left/],
    [load('undefined symbol: GetProvider'), /another build of ONNX Runtime/],
  ])('are put into words: %s', (said, expected) => {
    expect(explainCuda(said)).toMatch(expected);
  });

  it('stay as they are when nobody knows them', () => {
    expect(explainCuda('something else went wrong')).toBeNull();
  });
});
