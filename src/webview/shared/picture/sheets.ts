/**
 * What lies in a pane at the pane's own pixels: the picture, and the overlay above it. Each is scaled when it changes or
 * moves, and not again where only its opacity or an outline does.
 */
export class Sheets {
  readonly picture = new Sheet();
  readonly overlay = new Sheet();
}

class Sheet {
  readonly #canvas = document.createElement('canvas');
  #drawn: readonly unknown[] = [];

  /**
   * @param size of the sheet, device pixels
   * @param content what the drawing depends on besides; it is made anew only where something of it is another
   */
  of(
    { width, height }: { readonly width: number; readonly height: number },
    content: readonly unknown[],
    draw: (context: CanvasRenderingContext2D) => void,
  ): HTMLCanvasElement {
    const wanted = [width, height, ...content];
    const same = wanted.length === this.#drawn.length && wanted.every((one, i) => one === this.#drawn[i]);
    if (same) return this.#canvas;
    this.#drawn = wanted;
    // Also where the size stays: that wipes it.
    this.#canvas.width = width;
    this.#canvas.height = height;
    const context = this.#canvas.getContext('2d');
    if (context) draw(context);
    return this.#canvas;
  }
}
