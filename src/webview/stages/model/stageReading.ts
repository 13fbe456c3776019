/** What one pane has at the pixel under the cursor. */
import { ignored } from '../../../lpcam/metrics';
import type { StagePane } from './stagePanes';

export interface StagePixel {
  /** 0 background, class index + 1, 255 open. */
  readonly label: number;
  /** The soft value of the class asked for; null for labels, or where the stage has no map of it. */
  readonly value: number | null;
}

/** The picture's pixels, which a stage of another size lies over as a whole. */
export interface PictureSize {
  readonly height: number;
  readonly width: number;
}

/**
 * @param classIndex whose soft value is wanted; null: that of the label there
 * @returns null where the stage has nothing
 */
export function stagePixel(
  { labels, soft, height, width }: Pick<StagePane, 'labels' | 'soft' | 'height' | 'width'>,
  size: PictureSize,
  { row, column }: { readonly row: number; readonly column: number },
  classIndex: number | null,
): StagePixel | null {
  if (labels === null) return null;
  const y = Math.min(Math.floor(((row + 0.5) * height) / size.height), height - 1);
  const x = Math.min(Math.floor(((column + 0.5) * width) / size.width), width - 1);
  const at = y * width + x;
  const label = labels[at] ?? 0;
  const place = soft === null ? -1 : soft.keys.indexOf(classIndex ?? label - 1);
  return { label, value: soft?.maps[place]?.[at] ?? null };
}

/** @param truth whether it is the ground truth, whose 255 nobody scores */
export function labelText(names: readonly string[], label: number, truth: boolean): string {
  if (label === 0) return 'background';
  if (label === ignored) return truth ? 'ignored' : 'open';
  return names[label - 1] ?? `class ${label - 1}`;
}
