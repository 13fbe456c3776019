/** Keeps the figures of ordinary images up to date: the scores at once, the curves when idle. Large ones: `exact/`. */
import { InputError } from '../../lpcam/inputError';
import {
  iouCurve,
  noFigures,
  seedFigures,
  type Figures,
  type IouCurve,
  type SeedFigures,
} from './model/figures';
import type { Scene, SeedSource } from './model/scene';

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
      this.#key = key;
      this.#figures = { ...this.#figures, ...score(scene), stale: false };
    }
    this.#scheduleCurves(scene, curveKey);
    return { ...this.#figures, curvesStale: curveKey !== this.#curveKey };
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
