import { describe, expect, it } from 'vitest';
import * as ort from 'onnxruntime-node';
import { keepHalvesAsBits } from '../../../src/engine/halfTensors';

describe('Half-precision rows', () => {
  it('reach the native binding as bits where the runtime has Float16Array, as VS Code’s has', () => {
    const name = 'Float16Array';
    const own = Object.getOwnPropertyDescriptor(globalThis, name);
    class StandIn extends Uint16Array {}
    Object.defineProperty(globalThis, name, { value: StandIn, configurable: true, writable: true });
    try {
      keepHalvesAsBits();
      const { data } = new ort.Tensor('float16', new Uint16Array([0x3c00]), [1]);
      expect(data).toBeInstanceOf(Uint16Array);
      expect(data).not.toBeInstanceOf(StandIn);
      expect(Reflect.get(globalThis, name)).toBe(StandIn);
    } finally {
      if (own) Object.defineProperty(globalThis, name, own);
      else Reflect.deleteProperty(globalThis, name);
    }
  });
});
