/** What keys, buttons and the host's commands do to the panel. */
import type { ImagePanelAction } from '../../protocol/imagePanel';
import { inStripOrder, resetSwitches, switchAllOn } from './model/prototypes';
import { fitZoom, zoomToPixels } from '../shared/picture/viewport';
import { activeView } from './model/panes';
import type { Panel } from './panel';
import { setThreshold } from './thresholdControl';
import { showView, shownViews } from './viewTabs';

/** What only the panel itself can do. */
export interface ActionHands {
  zoomBy(factor: number): void;
  savePicture(): void;
  copyFigures(): void;
}

const zoomStep = 1.25;

export function perform(panel: Panel, action: ImagePanelAction, hands: ActionHands): void {
  const { scene, view } = panel;
  if (action === 'help') {
    panel.note({ helpOpen: !panel.momentary.helpOpen });
    return;
  }
  if (!scene) return;
  switch (action) {
    case 'nextView':
    case 'previousView':
      stepView(panel, action === 'nextView' ? 1 : -1);
      break;
    case 'toggleSplit':
      panel.change({ split: !panel.split });
      break;
    case 'nextClass':
    case 'previousClass':
      stepClass(panel, action === 'nextClass' ? 1 : -1);
      break;
    case 'raiseThreshold':
    case 'lowerThreshold':
      setThreshold(
        panel,
        Math.round((scene.threshold + (action === 'raiseThreshold' ? 0.01 : -0.01)) * 100) / 100,
      );
      break;
    case 'raiseOpacity':
    case 'lowerOpacity': {
      const opacity = Math.round((view.opacity + (action === 'raiseOpacity' ? 0.1 : -0.1)) * 20) / 20;
      panel.change({ opacity: Math.min(Math.max(opacity, 0), 1) });
      break;
    }
    case 'zoomIn':
      hands.zoomBy(zoomStep);
      break;
    case 'zoomOut':
      hands.zoomBy(1 / zoomStep);
      break;
    case 'zoomToFit':
      panel.change({ zoom: fitZoom });
      break;
    case 'zoomToPixels':
      panel.change({ zoom: zoomToPixels(view.zoom, scene.header.image) });
      break;
    case 'togglePrototype':
    case 'onlyPrototype': {
      const target = scene.selected ?? focusedPrototype(panel);
      if (!target) break;
      if (action === 'togglePrototype') panel.toggle(target);
      else panel.only(target);
      break;
    }
    case 'allPrototypes':
      panel.change({ switches: switchAllOn(view.switches, scene.active) });
      break;
    case 'resetPrototypes':
      panel.change({ switches: resetSwitches(view.switches, scene.active) });
      break;
    case 'savePicture':
      hands.savePicture();
      break;
    case 'copyFigures':
      hands.copyFigures();
      break;
  }
}

function stepView(panel: Panel, by: 1 | -1): void {
  const views = shownViews(panel).filter((view) => panel.scene?.unavailable(view) === null);
  const at = views.indexOf(activeView(panel.view));
  const next = views[(at + by + views.length) % views.length];
  if (next) showView(panel, next);
}

function stepClass(panel: Panel, by: 1 | -1): void {
  const classes = panel.scene?.header.classes ?? [];
  const next = classes[((panel.scene?.position ?? 0) + by + classes.length) % classes.length];
  if (next) panel.change({ className: next.name });
}

/** The prototype whose card has the focus, where none is selected. */
function focusedPrototype(panel: Panel) {
  const id = document.activeElement?.closest<HTMLElement>('.card')?.dataset['id'];
  if (id === undefined || !panel.scene) return null;
  return inStripOrder(panel.scene.active).find((prototype) => String(prototype.centre.id) === id) ?? null;
}
