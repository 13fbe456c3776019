/** The image as a canvas, from the bytes of its file. */
import type { StageStrip } from '../../protocol/stages';
import { decodeFile } from '../shared/picture/decodeFile';

export interface StripPicture {
  readonly canvas: HTMLCanvasElement;
  /** Whether it is the image; else a plain ground of the stages' size, for what the page cannot decode. */
  readonly decoded: boolean;
}

function canvasOf(width: number, height: number): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  return canvas;
}

export async function stripPicture({ encoded, stages }: StageStrip): Promise<StripPicture> {
  try {
    const { bitmap, width, height } = await decodeFile(encoded.slice());
    const canvas = canvasOf(width, height);
    canvas.getContext('2d')?.drawImage(bitmap, 0, 0);
    bitmap.close();
    return { canvas, decoded: true };
  } catch {
    // TIFF, or a damaged file: the stages are shown all the same.
    const sized = stages.flatMap(({ content }) => (content && content.width > 0 ? [content] : []))[0];
    const canvas = canvasOf(sized?.width ?? 500, sized?.height ?? 375);
    const context = canvas.getContext('2d');
    if (context) {
      context.fillStyle = '#808080';
      context.fillRect(0, 0, canvas.width, canvas.height);
    }
    return { canvas, decoded: false };
  }
}
