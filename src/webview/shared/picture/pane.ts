/**
 * A pane: a canvas that shows the picture with its overlay, zooms, pans and points. It keeps nothing: what it shows and
 * where is set from outside, and what the person does goes out as events, so that several panes can share one zoom
 * and one cursor.
 */
import { LayerBitmap } from './bitmap';
import { onGpuChange, pageGpu } from './gpu/pageGpu';
import { Sheets } from './sheets';
import { panBy, pixelAt, placeImage, reveal, zoomAt, type Placement, type Size, type Zoom } from './viewport';
import { drawCursor, drawStage, type StageContent } from './stageDrawing';

export interface Pixel {
  readonly row: number;
  readonly column: number;
}

/** What a pane tells its owner. */
export interface PaneListener {
  zoom(zoom: Zoom): void;
  /** The pixel pointed at; null when the pointer left. `byKey`: moved with the keyboard, so it should be spoken. */
  point(pixel: Pixel | null, byKey: boolean): void;
  activate(): void;
}

export interface PaneView {
  readonly content: StageContent;
  readonly zoom: Zoom;
  readonly cursor: Pixel | null;
}

const arrows: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
};

export class Pane extends HTMLElement {
  readonly #bitmap = new LayerBitmap(pageGpu);
  readonly #sheets = new Sheets();
  readonly #scratch = document.createElement('canvas');
  // Asked for in a frame, the size would have the page laid out in the middle of it; here that has been done.
  readonly #observer = new ResizeObserver(() => {
    this.#size = { width: this.clientWidth, height: this.clientHeight };
    this.#schedule(true);
    this.flush();
  });
  #size: Size = { width: 0, height: 0 };
  #view: PaneView | null = null;
  #listener: PaneListener | null = null;
  #frame = 0;
  #leaveGpu: (() => void) | null = null;
  /** The picture must be drawn again, not only the cursor on its own canvas above it. */
  #stale = true;
  /** What the cursor's canvas shows. */
  #pointed: readonly unknown[] = [];
  #drag: { left: number; top: number; moved: boolean } | null = null;

  connectedCallback(): void {
    this.#observer.observe(this);
    this.#leaveGpu = onGpuChange(() => {
      this.#bitmap.forget();
      this.#schedule(true);
    });
    this.addEventListener('pointerdown', this.#onDown);
    this.addEventListener('pointermove', this.#onMove);
    this.addEventListener('pointerup', this.#onUp);
    this.addEventListener('pointercancel', this.#onUp);
    this.addEventListener('pointerleave', this.#onLeave);
    this.addEventListener('wheel', this.#onWheel, { passive: false });
    this.addEventListener('keydown', this.#onKey);
    this.#schedule(true);
  }

  disconnectedCallback(): void {
    this.#observer.disconnect();
    this.#leaveGpu?.();
    // The card's memory is not the page's: it would be held until the page's own is collected.
    this.#bitmap.forget();
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
  }

  set listener(listener: PaneListener) {
    this.#listener = listener;
  }

  set view(view: PaneView) {
    const old = this.#view;
    this.#view = view;
    const same = old?.zoom === view.zoom && sameContent(old.content, view.content);
    const still = old?.cursor?.row === view.cursor?.row && old?.cursor?.column === view.cursor?.column;
    if (!same || !still) this.#schedule(!same);
  }

  /** Zooms around the middle of the pane. */
  zoomBy(factor: number): void {
    const { width, height } = this.#size;
    this.#zoomAt(width / 2, height / 2, factor);
  }

  #image(): Size | null {
    return this.#view?.content.picture ?? null;
  }

  /** Where the image lies, on whole device pixels: what is drawn and what is pointed at are the same pixel. */
  #place(): Placement | null {
    const image = this.#image();
    if (!image || !this.#view) return null;
    const { left, top, scale } = placeImage(this.#view.zoom, this.#size, image);
    const ratio = window.devicePixelRatio || 1;
    return { left: Math.round(left * ratio) / ratio, top: Math.round(top * ratio) / ratio, scale };
  }

  /** Nobody sees the pane for a while: what it drew stays, what it drew it from is made anew when it is needed. */
  rest(): void {
    this.#bitmap.forget();
    this.#scratch.width = this.#scratch.height = 0;
  }

  /** Draws now what is due at the next frame: an owner that draws in a frame shows the picture in the same one. */
  flush(): void {
    if (this.#frame === 0) return;
    cancelAnimationFrame(this.#frame);
    this.#draw();
  }

  #schedule(stale: boolean): void {
    this.#stale ||= stale;
    if (this.#frame === 0) this.#frame = requestAnimationFrame(() => this.#draw());
  }

  #draw(): void {
    this.#frame = 0;
    // The template owns both canvases: the first carries the label and the test id, the second the cursor.
    const [stage, pointer] = this.querySelectorAll('canvas');
    const view = this.#view;
    const place = this.#place();
    const { width, height } = this.#size;
    if (!stage || !pointer || !view || !place || width === 0 || height === 0) return;
    const ratio = window.devicePixelRatio || 1;
    if (this.#stale) {
      this.#stale = false;
      this.#fit(stage, ratio);
      const context = stage.getContext('2d');
      if (context) drawStage(context, view.content, this.#bitmap, place, ratio, this.#sheets, this.#scratch);
      // Where the image lies, for whoever wants to find a pixel of it on the canvas.
      stage.dataset['left'] = String(place.left);
      stage.dataset['top'] = String(place.top);
      stage.dataset['scale'] = String(place.scale);
      stage.dataset['layer'] = view.content.layer.kind;
      stage.dataset['drawn'] = String(Number(stage.dataset['drawn'] ?? 0) + 1);
    }
    const { cursor } = view;
    const pointed = [
      pointer,
      width,
      height,
      ratio,
      cursor?.row,
      cursor?.column,
      place.left,
      place.top,
      place.scale,
    ];
    if (pointed.every((one, i) => one === this.#pointed[i])) return;
    this.#pointed = pointed;
    this.#fit(pointer, ratio);
    const context = pointer.getContext('2d');
    if (context && cursor) drawCursor(context, place, ratio, cursor.row, cursor.column);
  }

  /** Gives a canvas the pane's size in device pixels, and wipes it; a canvas of that size keeps its memory. */
  #fit(canvas: HTMLCanvasElement, ratio: number): void {
    const width = Math.round(this.#size.width * ratio);
    const height = Math.round(this.#size.height * ratio);
    if (canvas.width === width && canvas.height === height) {
      const context = canvas.getContext('2d');
      context?.setTransform(1, 0, 0, 1, 0, 0);
      context?.clearRect(0, 0, width, height);
      return;
    }
    canvas.width = width;
    canvas.height = height;
  }

  /** Where the pointer is, from the canvas's corner, which lies within the border. */
  #at(event: MouseEvent): { left: number; top: number } {
    const box = this.getBoundingClientRect();
    return {
      left: event.clientX - box.left - this.clientLeft,
      top: event.clientY - box.top - this.clientTop,
    };
  }

  #zoomAt(left: number, top: number, factor: number): void {
    const image = this.#image();
    if (image && this.#view)
      this.#listener?.zoom(zoomAt(this.#view.zoom, this.#size, image, left, top, factor));
  }

  readonly #onDown = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    this.#listener?.activate();
    this.#drag = { ...this.#at(event), moved: false };
    this.setPointerCapture(event.pointerId);
  };

  readonly #onMove = (event: PointerEvent): void => {
    const image = this.#image();
    const place = this.#place();
    if (!image || !place || !this.#view) return;
    const { left, top } = this.#at(event);
    if (this.#drag) {
      const moved = this.#drag.moved || Math.hypot(left - this.#drag.left, top - this.#drag.top) > 3;
      if (moved) {
        const zoom = panBy(this.#view.zoom, this.#size, image, left - this.#drag.left, top - this.#drag.top);
        this.#drag = { left, top, moved };
        this.classList.add('dragging');
        this.#listener?.zoom(zoom);
      }
      return;
    }
    this.#listener?.point(pixelAt(place, image, left, top), false);
  };

  readonly #onUp = (): void => {
    this.#drag = null;
    this.classList.remove('dragging');
  };

  readonly #onLeave = (): void => {
    if (!this.#drag) this.#listener?.point(null, false);
  };

  readonly #onWheel = (event: WheelEvent): void => {
    event.preventDefault();
    const { left, top } = this.#at(event);
    // Lines and pages of a wheel are about 16 and 400 pixels.
    const unit = event.deltaMode === 1 ? 16 : event.deltaMode === 2 ? 400 : 1;
    this.#zoomAt(left, top, Math.exp(-event.deltaY * unit * (event.ctrlKey ? 0.01 : 0.002)));
  };

  readonly #onKey = (event: KeyboardEvent): void => {
    const step = arrows[event.key];
    const image = this.#image();
    const view = this.#view;
    if (!image || !view) return;
    if (event.key === 'Escape' && view.cursor) {
      this.#listener?.point(null, true);
      event.stopPropagation();
      return;
    }
    if (!step || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    const [down, right] = step;
    if (event.ctrlKey) {
      this.#listener?.zoom(panBy(view.zoom, this.#size, image, -right * 40, -down * 40));
      return;
    }
    const by = event.shiftKey ? 10 : 1;
    const from = view.cursor ?? { row: Math.floor(image.height / 2), column: Math.floor(image.width / 2) };
    const row = Math.min(Math.max(from.row + (view.cursor ? down * by : 0), 0), image.height - 1);
    const column = Math.min(Math.max(from.column + (view.cursor ? right * by : 0), 0), image.width - 1);
    this.#listener?.point({ row, column }, true);
    const zoom = reveal(view.zoom, this.#size, image, row, column);
    if (zoom !== view.zoom) this.#listener?.zoom(zoom);
  };
}

function sameContent(a: StageContent, b: StageContent): boolean {
  return (
    a.picture === b.picture &&
    a.opacity === b.opacity &&
    sameLayer(a, b) &&
    a.outlines.length === b.outlines.length &&
    a.outlines.every((outline, i) => {
      const other = b.outlines[i];
      return outline.segments === other?.segments && outline.style === other.style;
    })
  );
}

function sameLayer({ layer: a }: StageContent, { layer: b }: StageContent): boolean {
  if (a.kind === 'none' || b.kind === 'none') return a.kind === b.kind;
  if (a.kind !== b.kind || a.source !== b.source) return false;
  if (a.kind !== 'heat' || b.kind !== 'heat') return true;
  const { low, high } = a.range;
  return a.colourMap === b.colourMap && low === b.range.low && high === b.range.high;
}
