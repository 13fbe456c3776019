/** A pane's picture at the image's size, one pixel of the file per pixel of the network's input. */
import { LayerBitmap } from '../shared/picture/bitmap';
import type { Exact } from './exact/exactKeeper';
import { viewRule } from './model/ruleWords';
import type { Scene } from './model/scene';
import { shownLayer, shownOutlines } from './model/shown';
import type { ViewName } from './model/viewState';
import { Sheets } from '../shared/picture/sheets';
import { drawStage } from '../shared/picture/stageDrawing';

/** "2007_001774.cat.lpcam.png". */
export function pictureName(scene: Scene, view: ViewName): string {
  const { image } = scene.header;
  const file = image.path.split(/[\\/]/).pop() ?? 'image';
  const id = image.id?.split(/[\\/]/).pop() ?? file.replace(/\.[^.]+$/, '');
  const name = scene.activeClass?.name;
  const which = view === 'prototype' ? `prototype${scene.selected?.centre.id ?? ''}` : mapName(scene, view);
  return [id, view === 'image' || view === 'mask' ? undefined : name, which, 'png']
    .filter((part) => part !== undefined)
    .join('.');
}

/** Plain maps beside those of the system's rule need names of their own. */
function mapName(scene: Scene, view: ViewName): string {
  return scene.view.plain && viewRule(scene, view) !== null ? `plain-${view}` : view;
}

/** @returns PNG bytes; null when the view cannot be shown or the browser cannot encode it */
export async function renderPicture(
  scene: Scene,
  exact: Exact | null,
  view: ViewName,
  picture: HTMLCanvasElement,
): Promise<Uint8Array<ArrayBuffer> | null> {
  if (scene.unavailable(view) !== null) return null;
  const canvas = document.createElement('canvas');
  canvas.width = picture.width;
  canvas.height = picture.height;
  const context = canvas.getContext('2d');
  if (!context) return null;
  const content = {
    picture,
    layer: shownLayer(scene, exact, view),
    opacity: scene.view.opacity,
    outlines: shownOutlines(scene, exact, view, null),
  };
  const place = { left: 0, top: 0, scale: 1 };
  const scratch = document.createElement('canvas');
  drawStage(context, content, new LayerBitmap(() => null), place, 1, new Sheets(), scratch);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
  return blob ? new Uint8Array(await blob.arrayBuffer()) : null;
}
