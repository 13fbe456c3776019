/** Keys of the stage strip. Single letters: VS Code leaves them to the webview, and text fields keep them to themselves. */

export const stripActions = {
  n: 'next',
  p: 'previous',
  PageDown: 'next',
  PageUp: 'previous',
  r: 'reload',
  h: 'toggleHeat',
  c: 'nextClass',
  C: 'previousClass',
  ']': 'raiseThreshold',
  '[': 'lowerThreshold',
  o: 'raiseOpacity',
  O: 'lowerOpacity',
  g: 'toggleOutline',
  '+': 'zoomIn',
  '=': 'zoomIn',
  '-': 'zoomOut',
  '0': 'zoomToFit',
  '1': 'zoomToPixels',
} as const;
export type StripAction = (typeof stripActions)[keyof typeof stripActions];

function takesText(element: EventTarget | undefined): boolean {
  if (element instanceof HTMLSelectElement) return true;
  return element instanceof HTMLInputElement && !['range', 'checkbox', 'radio'].includes(element.type);
}

/** The action of a key; null when the key is none of ours or belongs to a field. */
export function stripActionOf(event: KeyboardEvent): StripAction | null {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return null;
  const target = event.composedPath()[0];
  if (takesText(target)) return null;
  // Sliders page by themselves.
  if (event.key.startsWith('Page') && target instanceof HTMLInputElement) return null;
  return (stripActions as Readonly<Record<string, StripAction>>)[event.key] ?? null;
}
