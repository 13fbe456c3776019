/** Draws the plane of centres: axes, then the centres, each fate with a colour and a shape of its own. */
import type { FateKind } from '../../lpcam/gating';
import { colourText } from '../checkpoint/model/cosines';
import type { GatedCentre } from '../gallery/model/gatedCentres';
import type { PlaneLayout, PlanePoint } from './model/planeLayout';
import type { ThemeColours } from './themeColours';

/** Above this many centres they are drawn smaller. */
const many = 800;

export interface PlanePicture {
  readonly layout: PlaneLayout;
  readonly centres: ReadonlyMap<number, GatedCentre>;
  /** Class whose centres stand out; null: none does. */
  readonly highlight: string | null;
  readonly titles: readonly [across: string, up: string];
}

export function drawPlane(
  context: CanvasRenderingContext2D,
  { layout, centres, highlight, titles }: PlanePicture,
  colours: ThemeColours,
): void {
  context.clearRect(0, 0, layout.width, layout.height);
  drawAxes(context, layout, titles, colours);
  const size = layout.points.length > many ? 3 : 4.5;
  const { frame } = layout;
  context.save();
  context.beginPath();
  context.rect(frame.left, frame.top, frame.right - frame.left, frame.bottom - frame.top);
  context.clip();
  const standsOut = ({ id }: PlanePoint) => highlight === null || centres.get(id)?.className === highlight;
  for (const out of highlight === null ? [true] : [false, true]) {
    context.globalAlpha = out ? 1 : 0.16;
    for (const point of layout.points) {
      if (standsOut(point) !== out) continue;
      const kind = centres.get(point.id)?.fate.kind ?? 'rejected';
      drawCentre(context, point, kind, out && highlight !== null ? size + 1 : size, colours);
    }
  }
  context.restore();
}

function drawCentre(
  context: CanvasRenderingContext2D,
  { x, y }: PlanePoint,
  kind: FateKind,
  size: number,
  { fates, background }: ThemeColours,
): void {
  context.beginPath();
  if (kind === 'rejected') {
    const arm = size * 0.7;
    context.moveTo(x - arm, y - arm);
    context.lineTo(x + arm, y + arm);
    context.moveTo(x + arm, y - arm);
    context.lineTo(x - arm, y + arm);
    context.strokeStyle = fates.rejected;
    context.lineWidth = 1.2;
    context.stroke();
    return;
  }
  if (kind === 'class') context.arc(x, y, size, 0, 2 * Math.PI);
  else context.rect(x - size * 0.88, y - size * 0.88, size * 1.76, size * 1.76);
  context.fillStyle = fates[kind];
  context.fill();
  // Centres that lie over each other stay apart.
  context.strokeStyle = colourText(background);
  context.lineWidth = 1;
  context.stroke();
}

function drawAxes(
  context: CanvasRenderingContext2D,
  { frame, ticks }: PlaneLayout,
  [across, up]: readonly [string, string],
  { lineText, faint, foreground, font }: ThemeColours,
): void {
  const { left, top, right, bottom } = frame;
  context.lineWidth = 1;
  context.strokeStyle = lineText;
  context.strokeRect(left + 0.5, top + 0.5, right - left - 1, bottom - top - 1);
  context.font = font;
  context.fillStyle = faint;
  context.globalAlpha = 1;
  const line = (x1: number, y1: number, x2: number, y2: number) => {
    context.beginPath();
    context.moveTo(x1, y1);
    context.lineTo(x2, y2);
    context.stroke();
  };
  context.textBaseline = 'top';
  context.textAlign = 'center';
  for (const { at, text } of ticks.across) {
    const x = Math.round(at) + 0.5;
    context.globalAlpha = 0.5;
    line(x, top, x, bottom);
    context.globalAlpha = 1;
    context.fillText(text, at, bottom + 5);
  }
  context.textBaseline = 'middle';
  context.textAlign = 'right';
  for (const { at, text } of ticks.up) {
    const y = Math.round(at) + 0.5;
    context.globalAlpha = 0.5;
    line(left, y, right, y);
    context.globalAlpha = 1;
    context.fillText(text, left - 5, at);
  }
  context.fillStyle = foreground;
  context.textAlign = 'center';
  context.textBaseline = 'top';
  context.fillText(across, (left + right) / 2, bottom + 22);
  context.save();
  context.translate(4, (top + bottom) / 2);
  context.rotate(-Math.PI / 2);
  context.fillText(up, 0, 0);
  context.restore();
}
