/** Makes parts at the image's size: the worker's work, apart from the worker. */
import { InputError } from '../../../lpcam/inputError';
import type { ExplanationHeader, ScaleMaps } from '../../../protocol/explanation';
import { iouCurve, seedFigures } from '../model/figures';
import { layerOf } from '../model/layer';
import { labelShares, type LabelShares } from '../../shared/picture/labelShares';
import type { Layer } from '../../shared/picture/layer';
import { layerRasters, type Bitmap, type Bitmaps } from '../../shared/picture/layerRaster';
import { MapCache } from '../model/mapCache';
import { Maps } from '../model/maps';
import { outlineNamed } from '../model/outline';
import { Scene, type SeedSource } from '../model/scene';
import type { FromWorker, ToWorker } from './messages';
import type { Part, TalliedView } from './part';
import type { Piece } from './piece';

/** Turns RGBA pixels into a picture that can be handed over. */
export type MakeBitmap = (
  pixels: Uint8ClampedArray<ArrayBuffer>,
  width: number,
  height: number,
) => Promise<Bitmap>;

/** Bytes of computed maps to remember per image. */
const cacheBudget = 400 * 2 ** 20;

export class Workshop {
  readonly #cache = new MapCache(cacheBudget);
  #image = -1;
  #header: ExplanationHeader | null = null;
  #scales: readonly ScaleMaps[] = [];

  constructor(
    private readonly answer: (message: FromWorker, transfer: readonly (ArrayBufferLike | Bitmap)[]) => void,
    private readonly makeBitmap: MakeBitmap,
  ) {}

  async receive(message: ToWorker): Promise<void> {
    switch (message.type) {
      case 'open':
        this.#image = message.image;
        this.#header = message.header;
        this.#scales = [];
        this.#cache.clear();
        return;
      case 'scale':
        if (message.image === this.#image) this.#scales = [...this.#scales, message.maps];
        return;
      case 'ask':
        await this.#make(message);
    }
  }

  async #make({ image, key, view, part }: Extract<ToWorker, { type: 'ask' }>): Promise<void> {
    const header = this.#header;
    try {
      if (!header || image !== this.#image) throw new Error(`Asked for image ${image}, not ${this.#image}.`);
      const maps = new Maps(header, this.#scales, this.#cache, view.plain);
      const explanation = { header, scales: this.#scales, timings: null, notices: [] };
      const piece = await this.#piece(new Scene(explanation, view, maps, 'highRes'), part);
      this.answer({ type: 'piece', key, piece }, transferables(piece));
    } catch (error) {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      this.answer({ type: 'fault', key, message: text }, []);
    }
  }

  async #piece(scene: Scene, part: Part): Promise<Piece> {
    switch (part.kind) {
      case 'figures':
        return figures(scene, part.source);
      case 'curve': {
        const { thresholds, iou, best } = iouCurve(
          scene,
          part.source,
          scene.header.mask?.labels ?? new Uint8Array(),
        );
        return { kind: 'curve', curve: { thresholds: [...thresholds], iou: [...iou], best } };
      }
      case 'outline': {
        const outline = outlineNamed(scene, part.name);
        // The original stays in the cache of outlines.
        return { kind: 'outline', outline: { ...outline, segments: outline.segments.slice() } };
      }
      case 'tally':
        return tally(scene, part.view);
      case 'layer':
        return this.#layer(layerOf(scene, part.view));
    }
  }

  async #layer(layer: Layer): Promise<Piece> {
    if (layer.kind === 'none' || layer.kind === 'agreement')
      throw new Error(`A layer of the kind ${layer.kind} is not drawn here.`);
    const { width, height } = layer;
    const made = layerRasters(layer).map(async ({ name, fill }) => {
      const pixels = new Uint8ClampedArray(width * height * 4);
      fill(pixels);
      return [name, await this.makeBitmap(pixels, width, height)] as const;
    });
    const source: Bitmaps = Object.fromEntries(await Promise.all(made));
    if (layer.kind === 'labels') {
      return { kind: 'layer', layer: { ...layer, source, shares: layer.shares && pairs(layer.shares) } };
    }
    return { kind: 'layer', layer: { ...layer, source } };
  }
}

function figures(scene: Scene, source: SeedSource): Piece {
  try {
    const { counts, image, ...rest } = seedFigures(scene, source);
    const scores = image && {
      ...image,
      iou: [...image.iou],
      classFp: [...image.classFp],
      classFn: [...image.classFn],
      precision: [...image.precision],
      recall: [...image.recall],
    };
    return { kind: 'figures', figures: { ...rest, counts, image: scores }, fault: null };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return { kind: 'figures', figures: null, fault: error.message };
  }
}

function tally(scene: Scene, view: TalliedView): Piece {
  if (view === 'suppression')
    return { kind: 'tally', tally: { kind: 'suppression', counts: scene.suppression().counts } };
  const shares = pairs(labelShares(scene.seed(scene.seedFrom)));
  return { kind: 'tally', tally: { kind: 'labels', shares } };
}

/** The same as arrays that a message may hold. */
const pairs = (shares: LabelShares) =>
  shares.map(([label, share]): [label: number, share: number] => [label, share]);

/** What changes its owner with a piece instead of being copied. */
function transferables(piece: Piece): readonly (ArrayBufferLike | Bitmap)[] {
  if (piece.kind === 'outline') return [piece.outline.segments.buffer];
  if (piece.kind !== 'layer') return [];
  return Object.values(piece.layer.source);
}
