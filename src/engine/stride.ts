/** Input pixels per feature position, from the sizes a run shows. */

/** Strides that networks have, the likeliest first. */
const usual = [16, 32, 8, 4, 14, 2, 64, 1];

function fits(input: number, features: number, stride: number): boolean {
  return Math.ceil(input / stride) === features || Math.floor(input / stride) === features;
}

/**
 * The stride that explains a feature map's size; null when none does (features of another geometry than the image).
 * A stride that does not divide the input's size rounds up with padded convolutions and down with patch embeddings.
 */
export function strideOf(
  input: { readonly height: number; readonly width: number },
  features: { readonly height: number; readonly width: number },
): number | null {
  const stride = usual.find(
    (candidate) =>
      fits(input.height, features.height, candidate) && fits(input.width, features.width, candidate),
  );
  return stride ?? null;
}
