/** Makes the picture that the image's next panel opens with, of what this one shows before anybody has chosen anything. */
import type { FromImagePanel } from '../../protocol/imagePanel';
import type { OpeningPicture, PanePicture } from '../../protocol/openingPicture';
import type { Host } from '../shared/host';
import { whenIdle } from '../shared/whenIdle';
import { markOpening } from './openingMarks';
import type { Panel } from './panel';
import { yieldOpeningPicture } from './shownPicture';

/** Milliseconds after the last drawing: whoever drags the panel's edge is not waited on by an encoder. */
const delay = 400;

/**
 * Most bytes of a picture. It is part of the page's HTML, which passes through three processes before the browser reads it, some 20 ms
 * for each 100 kB on two slow cores: beyond this the page itself would be there as soon.
 */
const mostBytes = 768 * 1024;

/** Whether the panel is as a new one of its image would be. @param touched the person has chosen something */
function isAsOpened({ scene, state, momentary, trial }: Panel, touched: boolean): boolean {
  const { failure, progress, fresh, compared } = state;
  const { helpOpen, pickerOpen, gatesOpen, notesOpen } = momentary;
  const aside = [failure, progress, fresh, compared, trial].some((one) => one !== null);
  return scene !== null && !touched && !aside && !helpOpen && !pickerOpen && !gatesOpen && !notesOpen;
}

export class OpeningPictureMaker {
  readonly #root: HTMLElement;
  readonly #host: Host<FromImagePanel>;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Of the last picture that was made: the request and the page's size. */
  #made = '';
  /** The request whose panes are whole and as they began; null: they are not. */
  #request: number | null = null;

  constructor(root: HTMLElement, host: Host<FromImagePanel>) {
    this.#root = root;
    this.#host = host;
  }

  /** The panel has been drawn: the picture that it opened with may go, and another may be made. */
  drawn(panel: Panel, touched: boolean): void {
    const { scene, exact, painted, state } = panel;
    const whole = painted && scene?.complete === true && exact?.pending === false;
    const alike = isAsOpened(panel, touched);
    yieldOpeningPicture({ whole, alike, stages: this.#stages() });
    this.#request = whole && alike ? state.request : null;
    clearTimeout(this.#timer);
    if (this.#request === null || this.#made === this.#key(this.#request)) return;
    const request = this.#request;
    this.#timer = setTimeout(() => whenIdle(() => void this.#send(request)), delay);
  }

  #stages(): readonly HTMLCanvasElement[] {
    return [...this.#root.querySelectorAll<HTMLCanvasElement>('lpcam-pane > canvas:first-child')];
  }

  #key(request: number): string {
    return [request, window.innerWidth, window.innerHeight, window.devicePixelRatio].join(' ');
  }

  async #send(request: number): Promise<void> {
    if (this.#request !== request) return;
    const key = this.#key(request);
    this.#made = key;
    const picture = await this.#picture();
    if (!picture || this.#request !== request || this.#key(request) !== key) return;
    this.#host.post({ type: 'openingPicture', request, picture });
    markOpening('picture');
  }

  /** @returns null where part of a pane is scrolled out of sight, the picture would be too heavy, or the browser cannot encode it */
  async #picture(): Promise<OpeningPicture | null> {
    const room = this.#root.querySelector('.body')?.getBoundingClientRect();
    const canvases = this.#stages();
    const inSight = canvases.every((canvas) => {
      const { top, bottom } = canvas.getBoundingClientRect();
      return room && top >= room.top && bottom <= Math.min(room.bottom, window.innerHeight);
    });
    if (!inSight || canvases.length === 0) return null;
    const { innerWidth: width, innerHeight: height, devicePixelRatio: ratio } = window;
    const panes = await Promise.all(canvases.map(panePicture));
    const made = panes.filter((pane) => pane !== null);
    const size = made.reduce((sum, { bytes }) => sum + bytes.byteLength, 0);
    return made.length === panes.length && size <= mostBytes ? { width, height, ratio, panes: made } : null;
  }
}

async function panePicture(canvas: HTMLCanvasElement): Promise<PanePicture | null> {
  const { left, top, width, height } = canvas.getBoundingClientRect();
  const heading = canvas.closest('.pane')?.querySelector('h2');
  if (!heading) return null;
  const at = heading.getBoundingClientRect();
  const title = { text: heading.textContent, left: at.left, top: at.top };
  // WebP of quality 1 is without loss (a half-transparent edge may differ by 1 of 255 once it is drawn), and 60% of a PNG: what
  // the page's HTML weighs is what its opening waits for. A browser that has no WebP writes PNG.
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/webp', 1));
  if (!blob) return null;
  const type = blob.type === 'image/webp' ? 'image/webp' : 'image/png';
  return { left, top, width, height, title, bytes: new Uint8Array(await blob.arrayBuffer()), type };
}
