/** What CUDA's error messages mean, and what to do about them. */

interface Library {
  readonly pattern: RegExp;
  readonly name: string;
  /** Python package that brings it, less CUDA's version. */
  readonly wheel: string;
}

const libraries: readonly Library[] = [
  { pattern: /^libcudnn\w*\.so\.(\d+)/, name: 'cuDNN', wheel: 'nvidia-cudnn-cu12' },
  { pattern: /^libcublas(?:Lt)?\.so\.(\d+)/, name: 'cuBLAS', wheel: 'nvidia-cublas-cu12' },
  { pattern: /^libcudart\.so\.(\d+)/, name: "CUDA's runtime", wheel: 'nvidia-cuda-runtime-cu12' },
  { pattern: /^libcufft\.so\.(\d+)/, name: 'cuFFT', wheel: 'nvidia-cufft-cu12' },
  { pattern: /^libcurand\.so\.(\d+)/, name: 'cuRAND', wheel: 'nvidia-curand-cu12' },
  { pattern: /^libnvrtc\.so\.(\d+)/, name: 'NVRTC', wheel: 'nvidia-cuda-nvrtc-cu12' },
];

function missing(file: string): string {
  if (/^libcuda\.so/.test(file))
    return `the NVIDIA driver is missing or incomplete (${file}): install the driver of this GPU`;
  for (const { pattern, name, wheel } of libraries) {
    const version = pattern.exec(file)?.[1];
    if (version === undefined) continue;
    // Only CUDA 12's packages carry its version in their names, and only cuDNN 9's.
    const usual = version === '12' || file.startsWith('libcudnn.so.9') || /^lib(cufft|curand)/.test(file);
    const how = usual
      ? `pip install ${wheel} in the Python environment, or install it on the machine`
      : 'install it';
    return `${name} ${version} is missing (${file}): ${how}`;
  }
  return `the library ${file} is missing: install it, or add its folder to LD_LIBRARY_PATH`;
}

const known: readonly [RegExp, string][] = [
  [
    /driver version is insufficient|CUDA failure 35\b/i,
    'the NVIDIA driver is older than these CUDA files need: update the driver',
  ],
  [
    /no CUDA-capable device|CUDA failure 100\b/i,
    'the NVIDIA driver shows no GPU to this program (is CUDA_VISIBLE_DEVICES empty, or the GPU in another container?)',
  ],
  [
    /no kernel image is available|CUDA failure 209\b/i,
    'these CUDA files have no code for this GPU: it is too old or too new for them',
  ],
  [/out of memory|CUDA failure 2\b/i, 'the GPU has no memory left: another program holds it'],
  [
    /undefined symbol|GetProvider/,
    "its files are of another build of ONNX Runtime than the engine's; take those of the same version",
  ],
  [
    /invalid ELF header|wrong ELF class|file too short/i,
    'one of its files is damaged or for another machine',
  ],
];

/**
 * @param output of the process that tried CUDA, ONNX Runtime's log among it
 * @returns what is wrong and what to do, with the message's own words; null: nothing that is known
 */
export function explainCuda(output: string): string | null {
  const absent = /(lib[\w.+-]+\.so[\w.]*): cannot open shared object file/.exec(output)?.[1];
  if (absent !== undefined) return missing(absent);
  return known.find(([pattern]) => pattern.test(output))?.[1] ?? null;
}
