/** Where two seeds of an image have a class, and where only one of them has it. */
import { ignored } from './metrics';
import type { Labels } from './seeds';

/** What a pixel is; 0: neither seed has the class there. */
export const agreementKinds = { both: 1, onlyFirst: 2, onlySecond: 3, open: 4 } as const;

export interface SeedAgreement {
  /** Kinds, [area]. */
  readonly kinds: Uint8Array;
  /** Pixels of each kind; `open`: one of the seeds leaves the pixel open (255). */
  readonly counts: Readonly<Record<keyof typeof agreementKinds | 'neither', number>>;
  /** Of the pixels that only one seed has: how many the mask gives the class. Null without a mask. */
  readonly right: { readonly onlyFirst: number; readonly onlySecond: number } | null;
}

/**
 * @param first, second label maps of the same size; 255 in a map of bytes leaves a pixel open
 * @param label of the class, its index + 1
 * @param mask of the same size; null: there is none
 */
export function seedAgreement(
  first: Labels,
  second: Labels,
  label: number,
  mask: Labels | null,
): SeedAgreement {
  if (first.length !== second.length || (mask !== null && mask.length !== first.length))
    throw new Error(`Seeds of ${first.length} and of ${second.length} pixels cannot be compared.`);
  const { both, onlyFirst, onlySecond, open } = agreementKinds;
  // A seed of a thousand classes may have one whose label is 255.
  const openFirst = first instanceof Uint8Array;
  const openSecond = second instanceof Uint8Array;
  const kinds = new Uint8Array(first.length);
  const found = new Float64Array(5);
  const right = new Float64Array(5);
  for (let i = 0; i < kinds.length; i++) {
    const a = first[i] as number;
    const b = second[i] as number;
    let kind = 0;
    if ((openFirst && a === ignored) || (openSecond && b === ignored)) kind = open;
    else if (a === label) kind = b === label ? both : onlyFirst;
    else if (b === label) kind = onlySecond;
    kinds[i] = kind;
    found[kind] = (found[kind] as number) + 1;
    if (mask !== null && mask[i] === label) right[kind] = (right[kind] as number) + 1;
  }
  const of = (counts: Float64Array, kind: number) => counts[kind] ?? 0;
  return {
    kinds,
    counts: {
      neither: of(found, 0),
      both: of(found, both),
      onlyFirst: of(found, onlyFirst),
      onlySecond: of(found, onlySecond),
      open: of(found, open),
    },
    right: mask === null ? null : { onlyFirst: of(right, onlyFirst), onlySecond: of(right, onlySecond) },
  };
}
