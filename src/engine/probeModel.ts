/** A tiny model with a known answer: does a device compute at all, and in float32? */
import { encodeModel } from '../formats/onnx';
import { elementTypes } from '../formats/onnxModel';
import { floatTensor } from '../formats/onnxValues';

const channels = 64;
const side = 8;

/** Numbers in [-1, 1) that do not repeat; the same in every process. */
export function probeNumbers(count: number, start: number): Float32Array<ArrayBuffer> {
  let state = start >>> 0;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

const weight = probeNumbers(channels * channels, 1);

export const probeInput = {
  data: probeNumbers(channels * side * side, 2),
  dims: [1, channels, side, side],
} as const;

/** ONNX bytes: `y = W x`, a 1x1 convolution over 64 channels. */
export function probeModel(): Uint8Array {
  const dims = [1, channels, side, side];
  return encodeModel({
    irVersion: 7,
    opsets: new Map([['', 13]]),
    producer: 'lpcam-lens',
    graph: {
      name: 'probe',
      nodes: [{ name: 'conv', op: 'Conv', domain: '', inputs: ['x', 'w'], outputs: ['y'], attributes: [] }],
      initialisers: [floatTensor('w', [channels, channels, 1, 1], weight)],
      inputs: [{ name: 'x', type: elementTypes.float, shape: dims }],
      outputs: [{ name: 'y', type: elementTypes.float, shape: dims }],
      values: [],
    },
  });
}

/** Largest absolute error of an answer; its exact values are of order 5. */
export function probeError(answer: ArrayLike<number>): number {
  const area = side * side;
  let worst = answer.length === channels * area ? 0 : Infinity;
  for (let row = 0; row < channels; row++) {
    for (let position = 0; position < area; position++) {
      let sum = 0;
      for (let channel = 0; channel < channels; channel++) {
        sum += (weight[row * channels + channel] ?? 0) * (probeInput.data[channel * area + position] ?? 0);
      }
      const error = Math.abs((answer[row * area + position] ?? NaN) - sum);
      if (!(error <= worst)) worst = Number.isNaN(error) ? Infinity : error;
    }
  }
  return worst;
}
