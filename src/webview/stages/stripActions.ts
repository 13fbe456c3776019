/** What keys and buttons do to the strip, apart from going to another image. */
import type { Pane } from '../shared/picture/pane';
import { fitZoom, zoomToPixels } from '../shared/picture/viewport';
import { className } from './model/stagePanes';
import { moveThreshold } from './model/stagesView';
import type { StripAction } from './shortcuts';
import type { Strip } from './strip';

const zoomStep = 1.25;

function stepClass({ classes, classIndex, strip, change }: Strip, by: 1 | -1): void {
  const at = classIndex === null ? -1 : classes.indexOf(classIndex);
  const next = classes[(at + by + classes.length) % classes.length];
  if (next !== undefined) change({ className: className(strip.classNames, next) });
}

/** The stage whose pane the person is in, for a threshold of its own; else every soft stage moves alike. */
function stepThreshold({ view, strip, panes, change }: Strip, by: number, pane: Pane | null): void {
  const at = (threshold: number) => Math.round((threshold + by) * 100) / 100;
  if (!view.perStage) {
    change(moveThreshold(view, null, at(view.threshold ?? strip.threshold)));
    return;
  }
  const name = pane?.dataset['testid']?.replace(/^stage-/, '');
  let moved = view;
  for (const { name: stage, threshold } of panes) {
    const meant = name === stage || !panes.some((one) => one.name === name && one.threshold !== null);
    if (threshold !== null && meant) moved = { ...moved, ...moveThreshold(moved, stage, at(threshold)) };
  }
  change({ ownThresholds: moved.ownThresholds });
}

/** @param pane that the person is in; null: none is there */
export function performStrip(
  strip: Strip,
  action: Exclude<StripAction, 'next' | 'previous'>,
  pane: Pane | null,
): void {
  const { view, change, command, picture } = strip;
  switch (action) {
    case 'reload':
      command('retry');
      break;
    case 'toggleHeat':
      change({ show: view.show === 'heat' ? 'labels' : 'heat' });
      break;
    case 'nextClass':
    case 'previousClass':
      stepClass(strip, action === 'nextClass' ? 1 : -1);
      break;
    case 'raiseThreshold':
    case 'lowerThreshold':
      stepThreshold(strip, action === 'raiseThreshold' ? 0.01 : -0.01, pane);
      break;
    case 'raiseOpacity':
    case 'lowerOpacity': {
      const opacity = Math.round((view.opacity + (action === 'raiseOpacity' ? 0.1 : -0.1)) * 20) / 20;
      change({ opacity: Math.min(Math.max(opacity, 0), 1) });
      break;
    }
    case 'toggleOutline':
      change({ outline: !view.outline });
      break;
    case 'zoomIn':
      pane?.zoomBy(zoomStep);
      break;
    case 'zoomOut':
      pane?.zoomBy(1 / zoomStep);
      break;
    case 'zoomToFit':
      change({ zoom: fitZoom });
      break;
    case 'zoomToPixels':
      if (picture) change({ zoom: zoomToPixels(view.zoom, picture.canvas) });
      break;
  }
}
