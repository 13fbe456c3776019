/** Keeps the figures up to date: at once for ordinary images, once things rest for large ones; the curves when idle. */
import { InputError } from '../../lpcam/inputError';
import { iouCurve, seedFigures, type IouCurve, type SeedFigures } from './model/figures';
import type { Scene, SeedSource } from './model/scene';
import type { Figures } from './panel';

export const noFigures: Figures = { bySource: new Map(), curves: new Map(), fault: null, stale: false };

const curveDelay = 120;

export class FigureKeeper {
  #figures: Figures = noFigures;
  #key = '';
  #curveKey = '';
  #wantedCurves = '';
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param onChange curves are here: draw again */
  constructor(private readonly onChange: () => void) {}

  /** Forgets everything: another image. */
  clear(): void {
    clearTimeout(this.#timer);
    this.#figures = noFigures;
    this.#key = this.#curveKey = this.#wantedCurves = '';
  }

  /** The figures of a scene. `mapsKey` names everything the maps depend on. */
  of(scene: Scene, mapsKey: string): Figures {
    if (!scene.hasMaps || scene.position < 0) return noFigures;
    const curveKey = `${mapsKey}|${scene.position}`;
    const key = `${curveKey}|${scene.threshold}`;
    if (key !== this.#key) {
      // A reduced scene is one that still moves: its figures would cost more than a frame.
      if (scene.size !== 'highRes') return { ...this.#figures, stale: true };
      this.#key = key;
      this.#figures = { ...this.#figures, ...score(scene), stale: false };
    }
    this.#scheduleCurves(scene, curveKey);
    return this.#figures;
  }

  #scheduleCurves(scene: Scene, curveKey: string): void {
    const { mask } = scene.header;
    if (!mask || this.#figures.fault !== null || curveKey === this.#curveKey) return;
    if (curveKey === this.#wantedCurves) return;
    this.#wantedCurves = curveKey;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#curveKey = curveKey;
      this.#wantedCurves = '';
      const curves = new Map<SeedSource, IouCurve>();
      for (const source of scene.seedSources) curves.set(source, iouCurve(scene, source, mask.labels));
      this.#figures = { ...this.#figures, curves };
      this.onChange();
    }, curveDelay);
  }
}

function score(scene: Scene): Pick<Figures, 'bySource' | 'fault'> {
  const bySource = new Map<SeedSource, SeedFigures>();
  try {
    for (const source of scene.seedSources) bySource.set(source, seedFigures(scene, source));
    return { bySource, fault: null };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return { bySource: new Map(), fault: error.message };
  }
}
