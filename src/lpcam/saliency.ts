/**
 * LPCAM in EDAM: its seeds joined with the saliency maps of EDAM's post-processing, as its authors did for their "EDAM +
 * LPCAM". A pixel is background where nothing is salient, unless a class is nearly certain there.
 */
import { ConfusionMatrix, labelError } from './metrics';
import type { ClassMap } from './seeds';
import type { ThresholdScores } from './sweep';

/** EDAM's values; both are compared in float32. */
const edamBounds = {
  /** A class map below this is no candidate. */
  alpha: 1e-6,
  /** A class map above this wins over a background that is not salient. */
  beta: 0.99999,
} as const;

/** The strongest class per pixel, before saliency decides. */
interface Candidates {
  /** Class index + 1; 0: none reaches alpha. */
  readonly labels: Uint16Array;
  /** 1 where it exceeds beta. */
  readonly certain: Uint8Array;
}

/** Ties go to the first class given, also among all that exceed beta. Not-a-number never wins. */
function candidatesOf(maps: readonly ClassMap[], area: number): Candidates {
  const alpha = Math.fround(edamBounds.alpha);
  const beta = Math.fround(edamBounds.beta);
  const labels = new Uint16Array(area);
  const certain = new Uint8Array(area);
  const best = new Float32Array(area);
  for (const { classIndex, map } of maps)
    for (let i = 0; i < area; i++) {
      const value = map[i] as number;
      if (!(value >= alpha) || certain[i] === 1) continue;
      const wins = value > beta;
      if (!wins && value <= (best[i] as number)) continue;
      best[i] = value;
      labels[i] = classIndex + 1;
      certain[i] = wins ? 1 : 0;
    }
  return { labels, certain };
}

function joined({ labels, certain }: Candidates, saliency: Uint8Array, theta: number): Uint16Array {
  // The published code compares bytes, 0..255, with a hundredfold theta.
  const bound = theta * 100;
  return labels.map((label, i) => ((saliency[i] as number) > bound || certain[i] === 1 ? label : 0));
}

/**
 * The seed joined with a saliency map: the strongest class where the map is above `theta * 100`, or where the class
 * exceeds beta; background elsewhere.
 * @param maps of the image's classes, each [area], 0..1
 * @param saliency [area], 0..255
 * @param theta 0..1; EDAM takes 0.2
 * @returns label ids, [area]: 0 background, class index + 1
 */
export function salientSeed(maps: readonly ClassMap[], saliency: Uint8Array, theta: number): Uint16Array {
  return joined(candidatesOf(maps, saliency.length), saliency, theta);
}

/** Scores of such seeds over a range of theta, from one confusion matrix over all images each. */
export class SaliencySweep {
  private readonly matrices: readonly { readonly theta: number; readonly matrix: ConfusionMatrix }[];

  /** @param classes foreground classes */
  constructor(
    readonly classes: number,
    thetas: readonly number[],
  ) {
    this.matrices = thetas.map((theta) => ({ theta, matrix: new ConfusionMatrix(classes) }));
  }

  /**
   * Counts one image.
   * @param mask label ids, [area]; @param file the mask's, for errors
   * @throws InputError when the sizes differ or the mask has an id above `classes` other than 255
   */
  add(maps: readonly ClassMap[], saliency: Uint8Array, mask: Uint8Array, file?: string): void {
    if (saliency.length !== mask.length)
      throw labelError(file, `the saliency map has ${saliency.length} pixels, the mask ${mask.length}.`);
    const candidates = candidatesOf(maps, saliency.length);
    for (const { theta, matrix } of this.matrices)
      matrix.add(joined(candidates, saliency, theta), mask, file);
  }

  /** Scores per theta, in the order they were given. */
  scores(): readonly ThresholdScores[] {
    return this.matrices.map(({ theta, matrix }) => ({ threshold: theta, scores: matrix.scores() }));
  }
}
