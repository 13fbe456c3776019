/** Roving tabindex: one stop for the Tab key, arrows inside. */

const steps: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 };

/**
 * Moves the focus among `items` for an arrow key, Home or End.
 * @returns the item that got the focus, or null when the key is none of ours
 */
export function moveFocus(event: KeyboardEvent, items: readonly HTMLElement[]): HTMLElement | null {
  if (event.altKey || event.ctrlKey || event.metaKey || items.length === 0) return null;
  const current = items.findIndex(
    (item) => item === document.activeElement || item.contains(document.activeElement),
  );
  const step = steps[event.key];
  let next: number;
  if (event.key === 'Home') next = 0;
  else if (event.key === 'End') next = items.length - 1;
  else if (step !== undefined) next = (current + step + items.length) % items.length;
  else return null;
  event.preventDefault();
  event.stopPropagation();
  const item = items[next] ?? null;
  item?.focus();
  return item;
}
