import { describe, expect, it } from 'vitest';
import { InputBuffers } from '../../../../src/engine/image/inputBuffers';

describe('memory for network inputs', () => {
  it('is used again by the next input that fits', async () => {
    const inputs = new InputBuffers();
    const first = await inputs.lend(12, (floats) => Promise.resolve(floats.buffer));
    const second = await inputs.lend(6, (floats) => Promise.resolve(floats));
    expect(second.buffer).toBe(first);
    expect(second).toHaveLength(6);
  });

  it('is never lent to two at once', async () => {
    const inputs = new InputBuffers();
    await inputs.lend(4, async (outer) => {
      await inputs.lend(4, (inner) => {
        expect(inner.buffer).not.toBe(outer.buffer);
        return Promise.resolve();
      });
    });
  });

  it('comes back when the work fails', async () => {
    const inputs = new InputBuffers();
    let lent: ArrayBuffer | undefined;
    const failing = inputs.lend(4, (floats) => {
      lent = floats.buffer;
      return Promise.reject(new Error('out of memory'));
    });
    await expect(failing).rejects.toThrow('out of memory');
    expect(await inputs.lend(4, (floats) => Promise.resolve(floats.buffer))).toBe(lent);
  });
});
