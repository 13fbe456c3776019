/** Which device is used and what a person is told, on machines made up and on this one. */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Devices } from '../../../src/engine/device';
import { DeviceMemory } from '../../../src/engine/deviceMemory';
import { lastReason, plainReason, probeDevice } from '../../../src/engine/deviceProber';
import type { Machine } from '../../../src/engine/machine';
import type { ProbeAnswer } from '../../../src/engine/probeAnswer';
import { probeError, probeInput } from '../../../src/engine/probeModel';
import type { DeviceName } from '../../../src/protocol/deviceNames';
import { builtEngine, type BuiltEngine } from './support/builtEngine';
import { fakeMachine } from './support/fakeMachine';

function machine(platform: string, files: readonly string[] = [], dri: readonly string[] = []): Machine {
  return fakeMachine({ platform, files: [...files, ...dri.map((name) => `/dev/dri/${name}`)] });
}
const good: ProbeAnswer = { usable: true, caveat: '', reason: '', half: 'not measured' };
const bad = (reason: string): ProbeAnswer => ({ usable: false, caveat: '', reason, half: '' });

function devices(on: Machine, answers: Partial<Record<DeviceName, ProbeAnswer>>) {
  const tried: DeviceName[] = [];
  const found = new Devices({
    probeScript: '',
    machine: on,
    probe: (device) => {
      tried.push(device);
      return Promise.resolve(answers[device] ?? bad('not expected to be tried'));
    },
  });
  return { found, tried };
}

/** Chromium's Vulkan driver that computes on the CPU. */
const swiftShader = '/usr/lib/chromium/vk_swiftshader_icd.json';
const nvidia = ['/dev/nvidiactl'];
const cudaProvider = ['/ort/libonnxruntime_providers_cuda.so', '/ort/libonnxruntime_providers_shared.so'];

describe('auto', () => {
  it('takes CUDA where it works', async () => {
    const { found } = devices(machine('linux-x64', [...nvidia, ...cudaProvider]), { cuda: good });
    expect(await found.choose('auto')).toEqual({
      asked: 'auto',
      inUse: 'cuda',
      precision: 'full',
      reason: 'CUDA, the fastest device here.',
      fallback: false,
      probes: [{ device: 'cuda', usable: true, reason: '', half: 'not measured' }],
    });
  });

  it('takes the CPU on a machine without a GPU: no fallback, no process started', async () => {
    const { found, tried } = devices(machine('linux-x64'), {});
    const report = await found.choose('auto');
    expect(report).toMatchObject({ inUse: 'cpu', fallback: false });
    expect(report.reason).toContain('there is no NVIDIA GPU');
    expect(tried).toEqual([]);
  });

  it('falls back from a GPU whose provider is missing or broken, and says why', async () => {
    const missing = await devices(machine('linux-x64', nvidia), { webgpu: bad('no adapter') }).found.choose(
      'auto',
    );
    expect(missing).toMatchObject({ inUse: 'cpu', fallback: true });
    expect(missing.reason).toContain(`CPU, a fallback (CUDA: ONNX Runtime's CUDA provider is not installed`);
    const broken = await devices(machine('linux-x64', [...nvidia, ...cudaProvider]), {
      cuda: bad('it crashed when tried (signal SIGSEGV)'),
      webgpu: good,
    }).found.choose('auto');
    expect(broken).toMatchObject({ inUse: 'webgpu', fallback: true });
    expect(broken.reason).toContain('it crashed when tried (signal SIGSEGV)');
  });

  it('passes over a software adapter and reduced precision, which an explicit choice may take', async () => {
    const software = { usable: true, caveat: 'its graphics adapter is software', reason: '', half: '' };
    const { found } = devices(machine('linux-x64', [], ['renderD128']), { webgpu: software });
    expect(await found.choose('auto')).toMatchObject({ inUse: 'cpu', fallback: false });
    const chosen = await found.choose('webgpu');
    expect(chosen).toMatchObject({ inUse: 'webgpu', fallback: false });
    expect(chosen.reason).toBe('WebGPU, as chosen; note that its graphics adapter is software.');
  });

  it.each([
    ['win32-x64', ['dml', 'webgpu', 'cpu']],
    ['darwin-arm64', ['coreml', 'webgpu', 'cpu']],
    ['linux-arm64', ['webgpu', 'cpu']],
    ['freebsd-x64', ['cpu']],
  ])('on %s goes through %j', (platform, names) => {
    expect(devices(machine(platform), {}).found.names).toEqual(names);
  });
});

describe('an explicit choice', () => {
  it('never falls back: it fails, saying why and what to do', async () => {
    const { found } = devices(machine('linux-x64'), {});
    await expect(found.choose('cuda')).rejects.toThrow(
      'The device cuda cannot be used: there is no NVIDIA GPU (no /dev/nvidiactl). Choose another one (auto, webgpu, cpu)',
    );
    await expect(found.choose('dml')).rejects.toThrow('ONNX Runtime has no dml on linux-x64');
  });

  it('is tried once, and again when asked', async () => {
    const { found, tried } = devices(machine('linux-x64', [...nvidia, ...cudaProvider]), { cuda: good });
    await found.choose('cuda');
    await found.choose('auto');
    expect(tried).toEqual(['cuda']);
    found.forget();
    await found.choose('cuda');
    expect(tried).toEqual(['cuda', 'cuda']);
  });

  it('of the CPU is never in doubt', async () => {
    const { found, tried } = devices(machine('linux-x64', nvidia), {});
    expect(await found.choose('cpu')).toMatchObject({ inUse: 'cpu', reason: 'CPU, as chosen.' });
    expect(tried).toEqual([]);
  });
});

describe('half precision', () => {
  const gpu = (half: ProbeAnswer['half']) =>
    devices(machine('linux-x64', [...nvidia, ...cudaProvider]), { cuda: { ...good, half } }).found;
  const worth = { speedup: 1.9, error: 0.0006 };

  it('is taken by itself where it was measured to be faster and as good', async () => {
    const report = await gpu(worth).choose('auto');
    expect(report).toMatchObject({ inUse: 'cuda', precision: 'half' });
    expect(report.reason).toBe(
      'CUDA, the fastest device here, in half precision (1.9 times as fast, LPCAM within 0.0006).',
    );
    expect((await gpu({ speedup: 1.05, error: 0.0006 }).choose('auto')).precision).toBe('full');
    expect((await gpu({ speedup: 3, error: 0.006 }).choose('auto')).precision).toBe('full');
    expect((await gpu('it fails: no shader-f16').choose('auto')).precision).toBe('full');
  });

  it('is never taken for full, which an explicit choice has', async () => {
    const report = await gpu(worth).choose('auto', 'full');
    expect(report).toMatchObject({ precision: 'full' });
    expect(report.reason).toBe('CUDA, the fastest device here, in full precision as chosen.');
  });

  it('is refused where it does not work, and shown on the CPU only when asked for', async () => {
    await expect(gpu('it fails: no shader-f16').choose('cuda', 'half')).rejects.toThrow(
      'Half precision cannot be used on cuda: it fails: no shader-f16. Choose full or auto',
    );
    const { found } = devices(machine('linux-x64'), {});
    expect((await found.choose('cpu')).precision).toBe('full');
    const half = await found.choose('cpu', 'half');
    expect(half.precision).toBe('half');
    expect(half.reason).toContain('would only convert');
  });
});

describe('what was found out', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'lpcam-devices-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** A new process on a machine whose driver has that version. */
  function session(name: string, driver: string, answer: ProbeAnswer, now: () => number = () => 0) {
    const files = [...nvidia, ...cudaProvider];
    const texts = { '/proc/driver/nvidia/version': `NVRM version: ${driver}` };
    const tried: DeviceName[] = [];
    const found = new Devices({
      probeScript: '',
      machine: fakeMachine({ platform: 'linux-x64', files, texts }),
      memory: new DeviceMemory(join(folder, `${name}.json`), now),
      probe: (device) => {
        tried.push(device);
        return Promise.resolve(answer);
      },
    });
    return { found, tried };
  }

  it('is kept over processes until the driver is another one', async () => {
    const first = session('driver', '550.1', good);
    await first.found.choose('auto');
    expect(first.tried).toEqual(['cuda']);
    const second = session('driver', '550.1', bad('not asked'));
    expect(await second.found.choose('auto')).toMatchObject({ inUse: 'cuda' });
    expect(second.tried).toEqual([]);
    const updated = session('driver', '560.2', good);
    await updated.found.choose('auto');
    expect(updated.tried).toEqual(['cuda']);
    // Going back finds what was known of that driver.
    const back = session('driver', '550.1', bad('not asked'));
    await back.found.choose('cuda');
    expect(back.tried).toEqual([]);
  });

  it('is found out anew when a person asks', async () => {
    await session('again', '1', good).found.choose('cuda');
    const { found, tried } = session('again', '1', bad('the driver was removed'));
    found.forget();
    expect(await found.probeAll()).toContainEqual(
      expect.objectContaining({ device: 'cuda', usable: false, reason: 'the driver was removed' }),
    );
    expect(tried.filter((device) => device === 'cuda')).toEqual(['cuda']);
    const after = session('again', '1', good);
    expect(await after.found.choose('auto')).toMatchObject({ fallback: true });
  });

  it('holds for an hour when it was a failure, since a GPU may just have been busy', async () => {
    let now = 0;
    await session('busy', '1', bad('out of memory'), () => now).found.probeAll();
    now = 3_500_000;
    const soon = session('busy', '1', good, () => now);
    await soon.found.choose('auto');
    expect(soon.tried).toEqual([]);
    now = 3_700_000;
    const later = session('busy', '1', good, () => now);
    expect(await later.found.choose('auto')).toMatchObject({ inUse: 'cuda' });
  });

  it('counts as unknown where the file is damaged, and is not missed where none can be written', async () => {
    writeFileSync(join(folder, 'damaged.json'), '{"version": 1, "entries": [{');
    expect(await session('damaged', '1', good).found.choose('auto')).toMatchObject({ inUse: 'cuda' });
    const lines: string[] = [];
    const found = new Devices({
      probeScript: '',
      machine: machine('linux-x64', [...nvidia, ...cudaProvider]),
      memory: new DeviceMemory(join(folder, 'damaged.json', 'no-folder.json')),
      probe: () => Promise.resolve(good),
      log: (line) => lines.push(line),
    });
    expect(await found.choose('auto')).toMatchObject({ inUse: 'cuda' });
    expect(lines.join()).toMatch(/^What was found out about cuda cannot be kept: E/);
  });
});

describe('the throw-away process', () => {
  let built: BuiltEngine;
  let folder: string;
  beforeAll(async () => {
    built = await builtEngine();
    folder = mkdtempSync(join(tmpdir(), 'lpcam-probe-'));
    mkdirSync(folder, { recursive: true });
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await built.remove();
  });
  const script = (name: string, text: string) => {
    const path = join(folder, `${name}.cjs`);
    writeFileSync(path, text);
    return path;
  };

  it('finds the CPU usable', async () => {
    expect(await probeDevice('cpu', built.probeScript)).toMatchObject({
      usable: true,
      caveat: '',
      reason: '',
    });
  });

  it('finds a device without its provider unusable, in plain words', async () => {
    const { usable, reason } = await probeDevice('cuda', built.probeScript);
    if (usable) return; // This machine has a working CUDA set-up.
    expect(reason).toMatch(/\w/);
    expect(reason).not.toContain('\n');
    expect(reason).not.toMatch(/^\/\S+\.cc/);
  });

  it.skipIf(!existsSync(swiftShader))('recognises a software graphics adapter', async () => {
    process.env['VK_ICD_FILENAMES'] = swiftShader;
    try {
      const answer = await probeDevice('webgpu', built.probeScript);
      expect(answer.usable).toBe(true);
      expect(answer.caveat).toMatch(
        /^its graphics adapter is software \(libvk_swiftshader\.so\), slower than the CPU$/,
      );
    } finally {
      delete process.env['VK_ICD_FILENAMES'];
    }
  });

  it('survives a probe that crashes, hangs, ends early or says nonsense', async () => {
    const crash = script('crash', 'process.stderr.write("driver: no luck\\n"); process.abort();');
    expect((await probeDevice('cuda', crash)).reason).toMatch(/^it crashed when tried \(signal SIGABRT\): /);
    const hang = script('hang', 'setInterval(() => {}, 1000);');
    expect(await probeDevice('cuda', hang, 300)).toEqual(bad('it did not answer within 0.3 s'));
    const early = script(
      'early',
      'process.stderr.write("libcudnn.so.9 is missing\\n"); process.exitCode = 3;',
    );
    expect(await probeDevice('cuda', early)).toEqual(
      bad('it crashed when tried (exit code 3): libcudnn.so.9 is missing'),
    );
    const nonsense = script('nonsense', 'process.send({ usable: 1 }, () => process.exit(0));');
    expect((await probeDevice('cuda', nonsense)).usable).toBe(false);
    const crashAfter = script(
      'after',
      'process.send({ usable: true, caveat: "", reason: "", half: "not measured" }, () => process.abort());',
    );
    expect(await probeDevice('cuda', crashAfter)).toEqual(good);
    expect((await probeDevice('cuda', join(folder, 'none.cjs'))).reason).toContain('is missing');
  });
});

describe('reasons', () => {
  it('lose the source paths of ONNX Runtime', () => {
    expect(
      plainReason(
        '/onnxruntime_src/onnxruntime/core/providers/webgpu/webgpu_context.cc:136 onnxruntime::webgpu::WebGpuContext::Initialize(const X&)::<lambda()> adapter_result.status == wgpu::RequestAdapterStatus::Success was false. Failed to get a WebGPU adapter: No supported adapters',
      ),
    ).toContain('install the driver of the graphics card');
    expect(plainReason('/onnxruntime_src/a.cc:1 Run x was false. No such thing')).toBe('No such thing');
    expect(plainReason('Failed to load shared library')).toBe('Failed to load shared library');
    expect(lastReason(`first\n${String.fromCharCode(27)}[1;31mlast\n\n`)).toBe('last');
  });

  it('a wrong answer is measured, a short or broken one is infinitely wrong', () => {
    expect(probeError(new Float32Array(64 * 64))).toBeGreaterThan(1);
    expect(probeError(new Float32Array(3))).toBe(Infinity);
    expect(probeError(new Float32Array(64 * 64).fill(NaN))).toBe(Infinity);
    expect(probeInput.data.length).toBe(64 * 64);
  });
});
