/** How prototypes are scored (src/network/camNetwork.ts), for people. */
const texts: Readonly<Record<string, string>> = {
  linear: 'by the classifier, W F',
  'summed-kernel': 'by the kernel summed over its positions, with bias (the head is larger than 1x1)',
  'own-label': "each class under its own label alone (the head is conditioned on the image's labels)",
  'patch-token': "by the class token's classifier, applied to patch tokens",
  'constant-field': 'by the whole head on a field of the same feature everywhere',
};

/** @param scoring its name; one that a newer version wrote stays as it is */
export function scoringText(scoring: string): string {
  return texts[scoring] ?? scoring;
}
