/** The network's input as canvases: full size for the stage, small for the prototypes' cards. */
import type { ExplanationHeader } from '../../protocol/explanation';
import { pictureCanvas } from '../shared/picture/bitmap';

export interface Picture {
  /** The bytes it was made of: its identity. */
  readonly rgb: Uint8Array;
  readonly canvas: HTMLCanvasElement;
  readonly miniature: HTMLCanvasElement;
}

/** Longer side of a miniature, pixels. */
const miniatureSide = 168;

export function makePicture(image: ExplanationHeader['image']): Picture {
  const { rgb, width, height } = image;
  const canvas = pictureCanvas(rgb, width, height);
  const factor = Math.min(1, miniatureSide / Math.max(width, height));
  const miniature = document.createElement('canvas');
  miniature.width = Math.max(1, Math.round(width * factor));
  miniature.height = Math.max(1, Math.round(height * factor));
  const context = miniature.getContext('2d');
  if (context) {
    context.imageSmoothingQuality = 'high';
    context.drawImage(canvas, 0, 0, miniature.width, miniature.height);
  }
  return { rgb, canvas, miniature };
}
