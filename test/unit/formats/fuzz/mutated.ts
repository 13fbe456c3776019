/** Damage by the numbers: the same seed always damages a file in the same way. */

/** mulberry32: numbers 0..1 from a seed. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Limits of integers, and opcodes of pickles. */
const interesting = [0, 1, 127, 128, 255, 0x28, 0x2e, 0x51, 0x52, 0x62, 0x68, 0x6a, 0x72, 0x93];
/** Headers stand at the start, a zip's directory at the end: every third change hits each of them. */
const edge = 512;

function replaced(bytes: Uint8Array, at: number, removed: number, inserted: Uint8Array): Uint8Array {
  const rest = bytes.subarray(Math.min(bytes.length, at + removed));
  const result = new Uint8Array(at + inserted.length + rest.length);
  result.set(bytes.subarray(0, at));
  result.set(inserted, at);
  result.set(rest, at + inserted.length);
  return result;
}

/** A copy with up to four changes: bits flipped, bytes set, removed, repeated or blanked, the rest cut off. */
export function mutated(original: Uint8Array, seed: number): Uint8Array {
  const next = random(seed);
  const pick = (count: number) => Math.floor(next() * count);
  let bytes: Uint8Array = original.slice();
  for (let changes = 1 + pick(4); changes > 0 && bytes.length > 0; changes--) {
    const near = Math.min(edge, bytes.length);
    const place = [pick(near), bytes.length - 1 - pick(near), pick(bytes.length)] as const;
    const at = place[pick(3)] ?? 0;
    const length = 1 + pick(8);
    switch (pick(6)) {
      case 0:
        bytes[at] = (bytes[at] ?? 0) ^ (1 << pick(8));
        break;
      case 1:
        bytes[at] = interesting[pick(interesting.length)] ?? 0;
        break;
      case 2:
        bytes = replaced(bytes, at, length, new Uint8Array(0));
        break;
      case 3: {
        const from = pick(bytes.length);
        bytes = replaced(bytes, at, 0, bytes.slice(from, from + pick(64)));
        break;
      }
      case 4:
        bytes.fill(255, at, at + length);
        break;
      default:
        bytes = bytes.slice(0, at + 1);
    }
  }
  return bytes;
}
