/** Random numbers that are the same on every machine for one seed: a bank can be made again. */

export type Random = () => number;

/** Mixes several numbers into one seed, so that every class and set draws its own numbers. */
export function mixedSeed(...numbers: readonly number[]): number {
  let hash = 0x9e3779b9;
  for (const number of numbers) {
    hash = Math.imul(hash ^ number, 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    hash ^= hash >>> 16;
  }
  return hash >>> 0;
}

/**
 * Mulberry32 (Tommy Ettinger, public domain): 32 bits of state are plenty for drawing rows, and a bank's reproducibility
 * must not hang on a package's next version.
 * @returns numbers in [0, 1)
 */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** `count` different numbers below `below`, in the order drawn (Floyd's algorithm keeps it independent of `below`). */
export function drawDistinct(random: Random, count: number, below: number): number[] {
  const drawn = new Set<number>();
  for (let top = below - count; top < below; top++) {
    const pick = Math.floor(random() * (top + 1));
    drawn.add(drawn.has(pick) ? top : pick);
  }
  return [...drawn];
}

/** `count` entries of a list, drawn with replacement. */
export function drawWithReplacement<T>(random: Random, count: number, list: readonly T[]): T[] {
  return Array.from({ length: count }, () => list[Math.floor(random() * list.length)]).filter(
    (entry): entry is T => entry !== undefined,
  );
}
