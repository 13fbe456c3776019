/** What goes out of the panel: exact, and so it waits for the exact parts where a slider has just moved. */
import type { FromImagePanel } from '../../protocol/imagePanel';
import type { Host } from '../shared/host';
import type { Exact } from './exact/exactKeeper';
import { noFigures } from './model/figures';
import { figuresSheet } from './model/figuresSheet';
import type { Scene } from './model/scene';
import type { ViewName } from './model/viewState';
import { pictureName, renderPicture } from './savePicture';

/** What is shown at the moment. */
export interface Shown {
  readonly scene: Scene | null;
  readonly exact: Exact | null;
  /** The photograph; null before it is there. */
  readonly picture: HTMLCanvasElement | null;
  readonly view: ViewName;
}

export class Exports {
  #waiting: (() => void)[] = [];

  /** @param fault takes an error of ours */
  constructor(
    private readonly host: Host<FromImagePanel>,
    private readonly shown: () => Shown,
    private readonly fault: (error: unknown) => void,
  ) {}

  savePicture(): void {
    this.#onceExact(() => void this.#savePicture().catch((error: unknown) => this.fault(error)));
  }

  copyFigures(): void {
    this.#onceExact(() => {
      const { scene, exact } = this.shown();
      if (!scene?.hasMaps) return;
      const figures = [...(exact?.figures ?? noFigures).bySource.values()];
      this.host.post({ type: 'copyText', text: figuresSheet(scene, figures) });
    });
  }

  /** Sends what waited, if nothing is pending any more. */
  sweep(): void {
    if (this.shown().exact?.pending) return;
    for (const act of this.#waiting.splice(0)) act();
  }

  #onceExact(act: () => void): void {
    if (this.shown().exact?.pending) this.#waiting.push(act);
    else act();
  }

  async #savePicture(): Promise<void> {
    const { scene, exact, picture, view } = this.shown();
    if (!scene || !picture) return;
    const png = await renderPicture(scene, exact, view, picture);
    if (png) this.host.post({ type: 'savePicture', name: pictureName(scene, view), png });
  }
}
