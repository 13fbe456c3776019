/** Where in a study file a field stands. */
import { findNodeAtLocation, parseTree, type Node } from 'jsonc-parser';

export interface TextRange {
  readonly offset: number;
  readonly length: number;
}

/** `gates.context[1]`, `gates.context.1` -> ['gates', 'context', 1]. */
function steps(field: string): (string | number)[] {
  return field
    .split(/[.[\]]+/)
    .filter((step) => step !== '')
    .map((step) => (/^\d+$/.test(step) ? Number(step) : step));
}

/**
 * Finds a field in a study file; where it is missing, the object it belongs into, and at last the file's start.
 *
 * @param text of the study file, perhaps half written
 * @param field as failures name it: `network.features`
 */
export function fieldLocation(text: string, field: string | undefined): TextRange {
  const root = parseTree(text, [], { allowTrailingComma: true });
  const path = field === undefined ? [] : steps(field);
  while (root && path.length > 0) {
    const node: Node | undefined = findNodeAtLocation(root, path);
    if (node) {
      // The name with its value: the value alone may be a single character.
      const whole = node.parent?.type === 'property' ? node.parent : node;
      return { offset: whole.offset, length: whole.length };
    }
    path.pop();
  }
  return { offset: root?.offset ?? 0, length: Math.min(1, text.length) };
}
