/** The image that is looked at, with its seed, its mask and where the two differ. */
import { html, nothing, type TemplateResult } from 'lit';
import { labelColourIndex, labelColours } from '../../lpcam/labelColours';
import { ignored } from '../../lpcam/metrics';
import type { PreviewSeed, SeedPreview } from '../../protocol/seedPreview';
import { painted } from '../shared/directives';

const palette = labelColours();

/** Colours of differences: told apart also by who confuses red and green. */
const differenceColours = {
  right: [120, 200, 255],
  tooMuch: [255, 120, 0],
  lacking: [190, 60, 255],
  none: null,
} as const;
type Difference = keyof typeof differenceColours;

type Rgb = readonly [number, number, number];

/** Label of a pixel at a threshold. */
function labelAt({ labels, values }: PreviewSeed, pixel: number, threshold: number): number {
  return (values[pixel] ?? 0) > Math.fround(threshold) ? (labels[pixel] ?? 0) : 0;
}

function labelColour(label: number): Rgb | null {
  if (label === 0) return null;
  const at = 3 * labelColourIndex(label);
  return [palette[at] ?? 0, palette[at + 1] ?? 0, palette[at + 2] ?? 0];
}

const share = 0.6;

/** Paints colours over the image; null leaves it as it is, a little dimmed where nothing is painted. */
function overlay(preview: SeedPreview, colourOf: (pixel: number) => Rgb | null): ImageData {
  const { width, height, image } = preview;
  const data = new ImageData(width, height);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const colour = colourOf(pixel);
    for (let channel = 0; channel < 3; channel++) {
      const under = image === null ? 128 : (image[4 * pixel + channel] ?? 0);
      data.data[4 * pixel + channel] =
        colour === null ? under * 0.7 : under * (1 - share) + (colour[channel] ?? 0) * share;
    }
    data.data[4 * pixel + 3] = 255;
  }
  return data;
}

interface Figure {
  readonly name: string;
  readonly title: string;
  readonly colourOf: (pixel: number) => Rgb | null;
}

/** What a seed does against the mask. */
function errorAt(label: number, truth: number): Difference {
  if (truth === ignored || (label === 0 && truth === 0)) return 'none';
  if (label === truth) return 'right';
  return label === 0 ? 'lacking' : 'tooMuch';
}

export interface PreviewContent {
  readonly preview: SeedPreview;
  /** One per folder. */
  readonly thresholds: readonly number[];
}

function seedFigures({ preview, thresholds }: PreviewContent): Figure[] {
  const { seeds, mask } = preview;
  const [first = null, second = null] = seeds;
  const [at = 0, at2 = 0] = thresholds;
  const compared = seeds.length > 1;
  const figures: Figure[] = [];
  const seedFigure = (seed: PreviewSeed | null, threshold: number, name: string) => {
    if (seed !== null)
      figures.push({
        name,
        title: 'The seed at its threshold',
        colourOf: (pixel) => labelColour(labelAt(seed, pixel, threshold)),
      });
  };
  seedFigure(first, at, compared ? 'Seed A' : 'Seed');
  seedFigure(second, at2, 'Seed B');
  if (mask !== null)
    figures.push({
      name: 'Mask',
      title: 'Ground truth',
      colourOf: (pixel) => labelColour(mask[pixel] === ignored ? 0 : (mask[pixel] ?? 0)),
    });
  if (!compared && first !== null && mask !== null)
    figures.push({
      name: 'Errors',
      title: 'Right, too much, lacking',
      colourOf: (pixel) => differenceColours[errorAt(labelAt(first, pixel, at), mask[pixel] ?? 0)],
    });
  if (first !== null && second !== null)
    figures.push({
      name: 'Difference',
      title:
        mask === null
          ? 'Where the two seeds differ'
          : 'Where B is right and A is not, and the other way round',
      colourOf: (pixel) =>
        differenceColours[
          differenceAt(labelAt(first, pixel, at), labelAt(second, pixel, at2), mask?.[pixel])
        ],
    });
  return figures;
}

/** With a mask: what B mends and what it spoils. Without one: what only one of them has. */
function differenceAt(a: number, b: number, truth: number | undefined): Difference {
  if (a === b || truth === ignored) return 'none';
  if (truth !== undefined) {
    if (b === truth) return 'right';
    return a === truth ? 'tooMuch' : 'lacking';
  }
  if (a === 0) return 'right';
  return b === 0 ? 'tooMuch' : 'lacking';
}

function legend({ preview }: PreviewContent): TemplateResult | typeof nothing {
  const compared = preview.seeds.length > 1;
  if (!compared && preview.mask === null) return nothing;
  const words = !compared
    ? ['right', 'too much', 'lacking']
    : preview.mask === null
      ? ['B alone', 'A alone', 'another class']
      : ['B is right', 'A is right', 'neither is'];
  const colours = ['right', 'too-much', 'lacking'];
  return html`<p class="legend hint" data-testid="preview-legend">
    ${words.map((word, at) => html`<span><i class="difference ${colours[at] ?? ''}"></i>${word}</span>`)}
  </p>`;
}

/** @param content null: nothing to show yet */
export function previewPane(
  content: PreviewContent | null,
  id: string | null,
  message: string | null,
): TemplateResult {
  return html`<section class="preview" data-testid="preview" data-image=${content?.preview.id ?? nothing}>
    <h2>${id ?? 'No image'}</h2>
    ${
      content === null
        ? html`<p class="hint">
            ${message ?? (id === null ? 'Point at a row, or select one, to see its image and seed.' : 'Reading…')}
          </p>`
        : html`<div class="figures">
              ${seedFigures(content).map(
                ({ name, title, colourOf }) =>
                  html`<figure>
                    <canvas
                      role="img"
                      aria-label="${name} of ${content.preview.id}"
                      title=${title}
                      width=${content.preview.width}
                      height=${content.preview.height}
                      ${painted([content.preview, name, ...content.thresholds], (context) =>
                        context.putImageData(overlay(content.preview, colourOf), 0, 0),
                      )}
                    ></canvas>
                    <figcaption>${name}</figcaption>
                  </figure>`,
              )}
            </div>
            ${legend(content)}
            ${content.preview.problems.map((problem) => html`<p class="hint">${problem}</p>`)}`
    }
  </section>`;
}
