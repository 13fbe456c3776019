/** Label colours as CSS. */
import { labelColourIndex, labelColours } from '../../../lpcam/labelColours';

const table = labelColours();

/** CSS colour of a label id. */
export function labelColour(id: number): string {
  const at = labelColourIndex(id) * 3;
  return `rgb(${table[at] ?? 0} ${table[at + 1] ?? 0} ${table[at + 2] ?? 0})`;
}
