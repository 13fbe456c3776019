/** Half precision numbers, kept as their 16 bits: JavaScript's own Float16Array is younger than the Node that runs this. */
const values = new Float32Array(1 << 16);
let ready = false;

/** All 65,536 halves by their bits: a table is faster than arithmetic for the millions of a feature map. */
export function halfTable(): Float32Array {
  if (ready) return values;
  for (let bits = 0; bits < 1 << 16; bits++) {
    const exponent = (bits >> 10) & 31;
    const fraction = bits & 1023;
    const sign = bits & 0x8000 ? -1 : 1;
    if (exponent === 31) values[bits] = fraction ? NaN : sign * Infinity;
    else if (exponent === 0) values[bits] = sign * fraction * 2 ** -24;
    else values[bits] = sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
  }
  ready = true;
  return values;
}

/** Numbers as the bits of the nearest half, ties to the even one; for devices whose graphs cannot cast. */
export function toHalves(floats: Float32Array): Uint16Array<ArrayBuffer> {
  const words = new Uint32Array(floats.buffer, floats.byteOffset, floats.length);
  return Uint16Array.from(words, (word) => {
    const sign = (word >>> 16) & 0x8000;
    const magnitude = word & 0x7fffffff;
    if (magnitude > 0x7f800000) return sign | 0x7e00;
    // Above the middle between the largest half and the next, which would be infinite.
    if (magnitude >= 0x477ff000) return sign | 0x7c00;
    if (magnitude < 0x38800000) return sign | roundedToEven(floatOf(magnitude) * 2 ** 24);
    const dropped = magnitude & 0x1fff;
    const kept = (magnitude - 0x38000000) >>> 13;
    return sign | (kept + (dropped > 0x1000 || (dropped === 0x1000 && (kept & 1) === 1) ? 1 : 0));
  });
}

const word = new Uint32Array(1);
const asFloat = new Float32Array(word.buffer);

function floatOf(bits: number): number {
  word[0] = bits;
  return asFloat[0] as number;
}

function roundedToEven(value: number): number {
  const low = Math.floor(value);
  const rest = value - low;
  return rest > 0.5 || (rest === 0.5 && low % 2 === 1) ? low + 1 : low;
}
