import sharp from 'sharp';

/** The size of an image file's pixels, `500x375`, from its header alone; null where it cannot be read, which decoding explains. */
export async function storedSize(path: string): Promise<string | null> {
  try {
    const { width, height } = await sharp(path).metadata();
    return `${width}x${height}`;
  } catch {
    return null;
  }
}
