/** IoU of the first folder against that of the second: a point per image; a click selects the nearest. */
import { html, type TemplateResult } from 'lit';
import { painted } from '../shared/directives';

const side = 300;
const margin = 26;

export interface ScatterContent {
  /** By the image's place. */
  readonly first: ArrayLike<number>;
  readonly second: ArrayLike<number>;
  /** Images in the table. */
  readonly order: Uint32Array;
  readonly focused: number | null;
  /** Changes with the theme. */
  readonly theme: number;
}

const span = side - margin - 6;
const across = (value: number) => margin + value * span;
const up = (value: number) => 6 + (1 - value) * span;

/** The image whose point is nearest to a place of the picture; null: none is within reach. */
function nearestPoint({ first, second, order }: ScatterContent, x: number, y: number): number | null {
  let best: number | null = null;
  let least = 12 ** 2;
  for (const image of order) {
    const distance = (across(first[image] ?? NaN) - x) ** 2 + (up(second[image] ?? NaN) - y) ** 2;
    if (distance < least) {
      least = distance;
      best = image;
    }
  }
  return best;
}

/** From so many images on their points are small and let each other through. */
const many = 5000;

/** How many points cover each pixel of a picture of `side * scale` pixels. */
function pointCounts(
  { first, second, order }: ScatterContent,
  scale: number,
): { readonly worse: Uint8Array; readonly better: Uint8Array } {
  const width = Math.round(side * scale);
  const size = Math.round((order.length > many ? 2 : 4) * scale);
  const worse = new Uint8Array(width * width);
  const better = new Uint8Array(width * width);
  for (let i = 0; i < order.length; i++) {
    const image = order[i] as number;
    const a = first[image] as number;
    const b = second[image] as number;
    if (Number.isNaN(a) || Number.isNaN(b)) continue;
    const into = b >= a ? better : worse;
    const from = Math.round(across(a) * scale - size / 2);
    const top = Math.round(up(b) * scale - size / 2);
    for (let row = top; row < top + size; row++)
      for (let at = row * width + from; at < row * width + from + size; at++) {
        const count = into[at] as number;
        if (count < 255) into[at] = count + 1;
      }
  }
  return { worse, better };
}

/** Points of one colour. A call to the canvas for each of 100,000 of them would take a tenth of a second. */
function tinted(counts: Uint8Array, width: number, alpha: number, colour: string): HTMLCanvasElement | null {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = width;
  const context = canvas.getContext('2d');
  if (!context) return null;
  const opacities = Uint8Array.from({ length: 256 }, (_, count) =>
    Math.round(255 * (1 - (1 - alpha) ** count)),
  );
  const picture = context.createImageData(width, width);
  for (let i = 0; i < counts.length; i++) picture.data[4 * i + 3] = opacities[counts[i] as number] as number;
  context.putImageData(picture, 0, 0);
  context.globalCompositeOperation = 'source-in';
  context.fillStyle = colour;
  context.fillRect(0, 0, width, width);
  return canvas;
}

function draw(context: CanvasRenderingContext2D, canvas: HTMLCanvasElement, content: ScatterContent): void {
  const { first, second, order, focused } = content;
  const scale = window.devicePixelRatio;
  canvas.width = Math.round(side * scale);
  canvas.height = canvas.width;
  context.scale(scale, scale);
  const style = getComputedStyle(canvas);
  const variable = (name: string) => style.getPropertyValue(name).trim();
  context.strokeStyle = variable('--grid');
  context.lineWidth = 1;
  context.strokeRect(margin + 0.5, 6.5, span, span);
  context.beginPath();
  context.moveTo(across(0), up(0));
  context.lineTo(across(1), up(1));
  context.stroke();
  context.fillStyle = style.color;
  context.font = `11px ${style.fontFamily}`;
  context.textAlign = 'center';
  context.fillText('IoU A', margin + span / 2, side - 6);
  for (const value of [0, 1])
    context.fillText(String(100 * value), across(value) - (value === 1 ? 8 : 0), side - 6);
  context.save();
  context.translate(12, 6 + span / 2);
  context.rotate(-Math.PI / 2);
  context.fillText('IoU B', 0, 0);
  context.restore();
  const points = pointCounts(content, scale);
  for (const [counts, name] of [
    [points.worse, '--worse'],
    [points.better, '--better'],
  ] as const) {
    const layer = tinted(counts, canvas.width, order.length > many ? 0.35 : 0.75, variable(name));
    if (layer) context.drawImage(layer, 0, 0, side, side);
  }
  if (focused === null) return;
  context.strokeStyle = style.color;
  context.lineWidth = 2;
  context.beginPath();
  context.arc(across(first[focused] ?? NaN), up(second[focused] ?? NaN), 6, 0, 2 * Math.PI);
  context.stroke();
}

export function scatter(content: ScatterContent, choose: (image: number) => void): TemplateResult {
  const { first, second, order, focused, theme } = content;
  return html`<section>
    <h2>A against B</h2>
    <canvas
      class="scatter"
      role="img"
      aria-label="IoU of each image in A against that in B; the table has the same figures"
      title="A point per image; above the line B is better. Click to select the nearest."
      data-testid="scatter"
      @click=${(event: MouseEvent) => {
        const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
        const x = ((event.clientX - box.left) / box.width) * side;
        const y = ((event.clientY - box.top) / box.height) * side;
        const image = nearestPoint(content, x, y);
        if (image !== null) choose(image);
      }}
      ${painted([first, second, order, focused, theme], (context, canvas) => draw(context, canvas, content))}
    ></canvas>
  </section>`;
}
