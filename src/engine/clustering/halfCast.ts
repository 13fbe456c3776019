/**
 * Half precision on the CPU, for devices that may lack it: WebGPU without the `shader-f16` feature refuses a graph that
 * casts, and only when it runs. The cache's halves are the same bits either way.
 */
import * as ort from 'onnxruntime-node';
import { buildCastGraph } from '../../network/castGraph';
import type { DeviceName } from '../../protocol/deviceNames';
import { openSession } from '../session';

/** Devices that always compute with halves. */
const devicesWithHalves: ReadonlySet<DeviceName> = new Set(['cpu', 'cuda']);

export function hasHalves(device: DeviceName): boolean {
  return devicesWithHalves.has(device);
}

/** Bits of a half-precision tensor, whichever array type this Node gives it as. */
export function halfBits(tensor: ort.Tensor | undefined): Uint16Array<ArrayBuffer> {
  const data: unknown = tensor?.data;
  if (!ArrayBuffer.isView(data)) throw new Error('no half-precision output');
  return new Uint16Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength / 2);
}

export class HalfCast {
  private constructor(
    private readonly toHalf: ort.InferenceSession,
    private readonly toFloat: ort.InferenceSession,
  ) {}

  static async open(): Promise<HalfCast> {
    return new HalfCast(
      await openSession(buildCastGraph('float16'), 'cpu'),
      await openSession(buildCastGraph('float32'), 'cpu'),
    );
  }

  async halves(floats: Float32Array): Promise<Uint16Array<ArrayBuffer>> {
    const from = new ort.Tensor('float32', floats, [floats.length]);
    return halfBits((await this.toHalf.run({ from }))['to']);
  }

  /** @param into memory for the result, as long as `halves`; new memory without it */
  async floats(halves: Uint16Array, into?: Float32Array): Promise<Float32Array<ArrayBuffer>> {
    const from = new ort.Tensor('float16', halves, [halves.length]);
    const to = into ? new ort.Tensor('float32', into, [into.length]) : null;
    const data = (await this.toFloat.run({ from }, { to }))['to']?.data;
    if (!(data instanceof Float32Array)) throw new Error('no float output');
    return data as Float32Array<ArrayBuffer>;
  }

  async release(): Promise<void> {
    await this.toHalf.release();
    await this.toFloat.release();
  }
}
