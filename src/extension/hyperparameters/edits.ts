/** Edits of a text, as trees and places are told of them. */
import type { Edit } from 'web-tree-sitter';

/** One change, in offsets of the text before it; VS Code's are of this form. */
export interface TextChange {
  readonly rangeOffset: number;
  readonly rangeLength: number;
  readonly text: string;
  readonly range: {
    readonly start: { readonly line: number; readonly character: number };
    readonly end: { readonly line: number; readonly character: number };
  };
}

/** What tree-sitter wants to know of a change. */
export function treeEdit({
  rangeOffset,
  rangeLength,
  text,
  range,
}: TextChange): Pick<
  Edit,
  'startIndex' | 'oldEndIndex' | 'newEndIndex' | 'startPosition' | 'oldEndPosition' | 'newEndPosition'
> {
  const lines = text.split(/\r\n|\n|\r/);
  const last = lines.at(-1)?.length ?? 0;
  const { start, end } = range;
  return {
    startIndex: rangeOffset,
    oldEndIndex: rangeOffset + rangeLength,
    newEndIndex: rangeOffset + text.length,
    startPosition: { row: start.line, column: start.character },
    oldEndPosition: { row: end.line, column: end.character },
    newEndPosition: {
      row: start.line + lines.length - 1,
      column: lines.length === 1 ? start.character + last : last,
    },
  };
}

/** Where an offset is after a change; one inside of what was replaced goes to its beginning. */
export function movedOffset(
  offset: number,
  { rangeOffset, rangeLength, text }: Pick<TextChange, 'rangeOffset' | 'rangeLength' | 'text'>,
): number {
  if (offset < rangeOffset) return offset;
  if (offset >= rangeOffset + rangeLength) return offset + text.length - rangeLength;
  return rangeOffset;
}
