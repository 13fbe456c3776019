/** The seeds that two folders have of the image, at its size, and what lies between them. */
import { upsample } from '../../../lpcam/bilinear';
import { mapDifference, type MapDifference } from '../../../lpcam/mapDifference';
import { resizeNearest } from '../../../lpcam/nearest';
import { seedAgreement, type SeedAgreement } from '../../../lpcam/seedAgreement';
import { seedOf, type Labels } from '../../../lpcam/seeds';
import type { ImageSeed } from '../../../protocol/seed';
import type { ComparedFolders, SeedPair } from '../../../protocol/seedPair';
import { Kept } from '../../shared/kept';
import { ownRange, unitRange, type ValueRange } from '../../shared/picture/valueRange';

export type SeedSide = 'first' | 'second';
export const sideLetters: Readonly<Record<SeedSide, string>> = { first: 'A', second: 'B' };

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Last two names of a path: one seldom tells two folders of seeds apart. */
export function folderName(path: string): string {
  return path
    .split(/[\\/]/)
    .filter((part) => part !== '')
    .slice(-2)
    .join('/');
}

export class ComparedSeeds {
  /** Both are class maps, so their values compare; else only their labels do. */
  readonly bothMaps: boolean;
  readonly #maps = { first: new Kept<Float32Array>(), second: new Kept<Float32Array>() };
  readonly #labels = { first: new Kept<Labels>(), second: new Kept<Labels>() };
  readonly #difference = new Kept<MapDifference>();
  readonly #agreement = new Kept<SeedAgreement>();

  constructor(
    readonly folders: ComparedFolders,
    private readonly pair: SeedPair,
    /** Of the image. */
    private readonly size: Size,
    private readonly classNames: readonly string[],
  ) {
    this.bothMaps = [pair.first, pair.second].every(({ seed }) => seed?.content.kind === 'maps');
  }

  threshold(side: SeedSide): number {
    const [first, second] = this.folders.thresholds;
    return side === 'first' ? first : second;
  }

  seed(side: SeedSide): ImageSeed | null {
    return this.pair[side].seed;
  }

  /** Why a side cannot be laid over the image; null: it can. */
  fault(side: SeedSide): string | null {
    const { seed, problem } = this.pair[side];
    const letter = sideLetters[side];
    if (seed === null) return `${letter}: ${problem ?? 'there is no seed.'}`;
    if (seed.content.kind === 'saliency') return `${letter}: ${seed.path} is a soft map that names no class.`;
    return null;
  }

  /** Whether a side has a map of the class, or is a label map, which speaks of all of them. */
  has(side: SeedSide, classIndex: number): boolean {
    const content = this.seed(side)?.content;
    return content?.kind === 'labels' || (content?.kind === 'maps' && content.keys.includes(classIndex));
  }

  /** Values of a class at the image's size, [height, width]; zero everywhere where the file has no map of it. */
  map(side: SeedSide, classIndex: number): Float32Array {
    return this.#maps[side].get([classIndex], () => this.#mapAt(side, classIndex));
  }

  /** Labels at the image's size, [height, width]: the file's own, or of its maps at the folder's threshold. */
  labels(side: SeedSide): Labels {
    return this.#labels[side].get([], () => {
      const { width, height } = this.size;
      const seed = this.seed(side);
      if (seed?.content.kind === 'labels') {
        const { labels } = seed.content;
        if (!this.#resized(seed)) return labels;
        const source = Float32Array.from(labels);
        return Uint8Array.from(resizeNearest(source, seed.height, seed.width, height, width));
      }
      const keys = seed?.content.kind === 'maps' ? seed.content.keys : [];
      const maps = keys.map((classIndex) => ({ classIndex, map: this.#mapAt(side, classIndex) }));
      return seedOf(maps, this.threshold(side), width * height);
    });
  }

  /** B − A of a class. */
  difference(classIndex: number): MapDifference {
    return this.#difference.get([classIndex], () =>
      mapDifference(this.map('first', classIndex), this.map('second', classIndex)),
    );
  }

  /** @param mask of the image's size; null: there is none */
  agreement(classIndex: number, mask: Labels | null): SeedAgreement {
    return this.#agreement.get([classIndex, mask], () =>
      seedAgreement(this.labels('first'), this.labels('second'), classIndex + 1, mask),
    );
  }

  /** Of both maps of a class, so that equal colours are equal values. */
  range(classIndex: number): ValueRange {
    const { low, high, signed } = ownRange(this.map('first', classIndex));
    const other = ownRange(this.map('second', classIndex));
    const most = Math.max(high, other.high);
    if (signed || other.signed) {
      const largest = Math.max(most, -low, -other.low);
      return { low: -largest, high: largest, signed: true };
    }
    return most <= 1 ? unitRange : { low: Math.min(low, other.low), high: most, signed: false };
  }

  /** What a person must know to read the comparison of a class, in sentences. */
  notes(classIndex: number): readonly string[] {
    const { width, height } = this.size;
    const name = this.classNames[classIndex] ?? `class ${classIndex}`;
    return (['first', 'second'] as const).flatMap((side) => {
      const seed = this.seed(side);
      if (seed === null) return [];
      const letter = sideLetters[side];
      const how = seed.content.kind === 'labels' ? 'the nearest pixel' : 'bilinearly';
      return [
        ...(this.#resized(seed)
          ? [
              `${letter} is ${seed.width} × ${seed.height}, resized ${how} to the image’s ${width} × ${height}.`,
            ]
          : []),
        ...(this.has(side, classIndex) ? [] : [`${letter} has no map of ${name}: taken as 0.`]),
      ];
    });
  }

  #resized({ width, height }: ImageSeed): boolean {
    const { size } = this;
    // An empty seed has no size of its own.
    return width > 0 && height > 0 && (width !== size.width || height !== size.height);
  }

  #mapAt(side: SeedSide, classIndex: number): Float32Array {
    const { width, height } = this.size;
    const seed = this.seed(side);
    const content = seed?.content;
    const map = content?.kind === 'maps' ? content.maps[content.keys.indexOf(classIndex)] : undefined;
    if (!seed || !map) return new Float32Array(width * height);
    return this.#resized(seed) ? upsample(map, seed.height, seed.width, height, width) : map;
  }
}
