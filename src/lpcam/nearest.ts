/**
 * Nearest-neighbour resizing as PyTorch's `mode='nearest'` does it (lpcam.md, section 3, step 2):
 * `src = min(floor(dst * in/out), in - 1)`, in float32.
 * @param source [height, width], row-major
 * @returns [outHeight, outWidth]
 */
export function resizeNearest(
  source: Float32Array,
  height: number,
  width: number,
  outHeight: number,
  outWidth: number,
): Float32Array {
  const columns = nearestPositions(width, outWidth);
  const rows = nearestPositions(height, outHeight);
  const target = new Float32Array(outHeight * outWidth);
  for (let y = 0; y < outHeight; y++) {
    const from = (rows[y] as number) * width;
    const to = y * outWidth;
    for (let x = 0; x < outWidth; x++) target[to + x] = source[from + (columns[x] as number)] as number;
  }
  return target;
}

function nearestPositions(input: number, output: number): Int32Array {
  const scale = Math.fround(input / output);
  const positions = new Int32Array(output);
  for (let i = 0; i < output; i++) positions[i] = Math.min(Math.floor(Math.fround(i * scale)), input - 1);
  return positions;
}
