/**
 * Keeps float16 tensors as their 16 bits (Uint16Array). From Node 24 on, which is VS Code's own, onnxruntime-common
 * wraps them into the new Float16Array, which the native binding of onnxruntime-node 1.30 takes for empty ("not
 * enough space: expected 156928, got 0"). It decides once, at the first tensor of the process: that one is made here,
 * while the name is hidden.
 */
import * as ort from 'onnxruntime-node';

let decided = false;

/** Must be called before the first tensor of the process is made. */
export function keepHalvesAsBits(): void {
  if (decided) return;
  decided = true;
  const name = 'Float16Array';
  const description = Object.getOwnPropertyDescriptor(globalThis, name);
  if (!description) return;
  Object.defineProperty(globalThis, name, { ...description, value: undefined });
  try {
    new ort.Tensor('bool', [true], [1]);
  } finally {
    Object.defineProperty(globalThis, name, description);
  }
}
