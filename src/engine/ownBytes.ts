/** Typed arrays as messages carry them: on an ArrayBuffer, which a SharedArrayBuffer is not. Copied only when needed. */

export function ownBytes(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer, byteOffset, length } = bytes;
  return buffer instanceof ArrayBuffer ? new Uint8Array(buffer, byteOffset, length) : new Uint8Array(bytes);
}

export function ownFloats(floats: Float32Array): Float32Array<ArrayBuffer> {
  const { buffer, byteOffset, length } = floats;
  return buffer instanceof ArrayBuffer
    ? new Float32Array(buffer, byteOffset, length)
    : new Float32Array(floats);
}
