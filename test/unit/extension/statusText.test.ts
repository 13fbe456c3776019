import { describe, expect, it } from 'vitest';
import { statusText } from '../../../src/extension/statusText';
import type { DeviceReport } from '../../../src/protocol/device';

const study = { file: '/data/birds/lpcam.json' };
const cpu: DeviceReport = {
  asked: 'cpu',
  inUse: 'cpu',
  precision: 'full',
  reason: 'The study asks for it.',
  fallback: false,
  probes: [],
};
const parts = { study, selected: false, device: null, engineGivenUp: false };

describe('The status bar', () => {
  it('names the study before anything ran', () => {
    const { text, tooltip } = statusText(parts);
    expect(text).toBe('$(flame) LPCAM: birds');
    expect(tooltip).toBe('Study: /data/birds/lpcam.json\nDevice: not used yet.');
  });

  it('names the device in use and why', () => {
    const { text, tooltip, warning } = statusText({ ...parts, device: cpu });
    expect(text).toBe('$(flame) LPCAM: birds (cpu)');
    expect(tooltip).toContain('Device: cpu. The study asks for it.');
    expect(warning).toBe(false);
  });

  it('warns of a fallback with its reason', () => {
    const device = { ...cpu, asked: 'auto' as const, fallback: true, reason: 'cuda: no driver.' };
    const { text, tooltip, warning } = statusText({ ...parts, device });
    expect(text).toBe('$(warning) LPCAM: birds (cpu)');
    expect(tooltip).toContain('cuda: no driver.');
    expect(warning).toBe(true);
  });

  it('shows that a study was selected for every image', () => {
    expect(statusText({ ...parts, selected: true }).text).toBe('$(pinned) LPCAM: birds');
  });

  it('names a checkpoint without a study file', () => {
    const checkpoint = { checkpoint: '/models/res50.onnx', folder: '/data' };
    expect(statusText({ ...parts, study: checkpoint }).text).toBe('$(flame) LPCAM: res50.onnx');
  });

  it('says that the engine is stopped', () => {
    expect(statusText({ ...parts, engineGivenUp: true }).text).toBe(
      '$(warning) LPCAM: birds (engine stopped)',
    );
  });
});
