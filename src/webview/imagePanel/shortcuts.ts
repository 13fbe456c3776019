/** Keys of the panel. Single letters: VS Code leaves them to the webview, and text fields keep them to themselves. */
import type { ImagePanelAction } from '../../protocol/imagePanel';

const actions: Readonly<Record<string, ImagePanelAction>> = {
  v: 'nextView',
  V: 'previousView',
  s: 'toggleSplit',
  c: 'nextClass',
  C: 'previousClass',
  ']': 'raiseThreshold',
  '[': 'lowerThreshold',
  o: 'raiseOpacity',
  O: 'lowerOpacity',
  '+': 'zoomIn',
  '=': 'zoomIn',
  '-': 'zoomOut',
  '0': 'zoomToFit',
  '1': 'zoomToPixels',
  p: 'togglePrototype',
  P: 'onlyPrototype',
  a: 'allPrototypes',
  r: 'resetPrototypes',
  '?': 'help',
};

/** The action of a key; null when the key is none of ours or belongs to a field. */
export function actionOf(event: KeyboardEvent): ImagePanelAction | null {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return null;
  const target = event.composedPath()[0];
  if (target instanceof HTMLElement && takesText(target)) return null;
  return actions[event.key] ?? null;
}

function takesText(element: HTMLElement): boolean {
  if (element instanceof HTMLSelectElement || element instanceof HTMLTextAreaElement) return true;
  return (
    element instanceof HTMLInputElement && !['range', 'checkbox', 'radio', 'button'].includes(element.type)
  );
}
