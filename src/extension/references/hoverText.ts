/** What a hover says of an image: markdown, with everything that comes from files escaped. */
import type { OverlayFigures, ReferredImage } from '../../protocol/reference';
import type { SeedIou } from '../../protocol/seedIou';

/** Characters that mean something in markdown or HTML, and line ends. */
function escaped(text: string): string {
  return text
    .replace(/[\r\n\t]+/g, ' ')
    .replace(/[\\`*_{}[\]()#+\-.!|~:]/g, '\\$&')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}

export interface HoverParts {
  /** As the text calls it. */
  readonly name: string;
  readonly referred: ReferredImage;
  /** Address of the image; null: no browser shows it. */
  readonly picture: string | null;
  readonly overlay: { readonly picture: string; readonly figures: OverlayFigures } | null;
  /** How the study's seed file covers the mask; null: one or the other is missing. */
  readonly seed: SeedIou | null;
  /** Addresses of the commands. */
  readonly open: string;
  /** Null: nothing can be computed here, and `why` says so. */
  readonly compute: string | null;
  readonly why: string | null;
}

/** Pixels; two beside each other fit into a hover. */
const pictureHeight = 160;

const percent = (share: number | null) => (share === null ? 'no pixel' : `${(100 * share).toFixed(2)} %`);

function pictures({ picture, overlay }: HoverParts): string {
  const image = (address: string, alt: string) => `![${alt}](${address}|height=${pictureHeight})`;
  const shown = [
    picture === null ? '*No preview of this file format.*' : image(picture, 'image'),
    overlay === null ? '' : image(overlay.picture, overlay.figures.map === 'lpcam' ? 'LPCAM' : 'CAM'),
  ];
  return shown.filter((part) => part !== '').join(' ');
}

function classesOf({ referred, overlay }: HoverParts): string {
  if (referred.classes !== null) {
    return referred.classes.length === 0
      ? 'labelled with no class'
      : referred.classes.map(escaped).join(', ');
  }
  const predicted = overlay?.figures.classes.map(({ name }) => escaped(name)).join(', ');
  return predicted === undefined || predicted === '' ? 'no label' : `${predicted} (predicted)`;
}

/** "at 0.25, the best of its last score". */
function atThreshold({ threshold, thresholdFrom }: SeedIou): string {
  if (threshold === null) return 'label map';
  const why =
    thresholdFrom === 'best' ? 'the best of its last score' : "the study's threshold, not scored yet";
  return `at ${threshold}, ${why}`;
}

const listed = (classes: readonly { readonly name: string; readonly iou: number | null }[]) =>
  classes.map(({ name, iou }) => `${escaped(name)} ${percent(iou)}`).join(', ');

/** "Seed IoU: boat 61.20 % (seeds/lpcam, at 0.25, the best of its last score)". */
function seedFigures(seed: SeedIou): string[] {
  const where = escaped(seed.folder);
  if (seed.problem !== null) return [`Seed in ${where} not scored: ${escaped(seed.problem)}`];
  const dead = seed.classes.filter((one) => one.dead).map(({ name }) => escaped(name));
  return [
    `Seed IoU: ${listed(seed.classes)} (${where}, ${atThreshold(seed)})`,
    dead.length > 0 ? `Dead seed (its map is zero everywhere): ${dead.join(', ')}` : '',
  ];
}

/** "Computed LPCAM at 0.3, no seed file, IoU: boat 61.20 %"; beside a seed's figures the map's own are left out. */
function mapFigures(
  { map, classes, threshold }: OverlayFigures,
  { mask }: ReferredImage,
  seeded: boolean,
): string[] {
  const name = map === 'lpcam' ? 'LPCAM' : 'CAM';
  const dead = classes.filter((one) => one.dead === true).map((one) => escaped(one.name));
  const ious = classes.map((one) => ({ ...one, iou: map === 'lpcam' ? one.lpcamIou : one.camIou }));
  return [
    seeded
      ? ''
      : mask === null
        ? `${name} · no mask, so no IoU`
        : `Computed ${name} at ${threshold}, no seed file, IoU: ${listed(ious)}`,
    map === 'cam' ? 'CAM only: the study has no prototype bank yet.' : '',
    dead.length > 0 ? `Computed LPCAM is zero everywhere: ${dead.join(', ')}` : '',
  ];
}

function figures({ overlay, referred, seed }: HoverParts): string {
  const lines = [
    ...(seed === null ? [] : seedFigures(seed)),
    ...(overlay === null ? [] : mapFigures(overlay.figures, referred, seed !== null)),
  ];
  return lines.filter((line) => line !== '').join('  \n');
}

export function hoverText(parts: HoverParts): string {
  const { name, open, compute, why, overlay } = parts;
  const links = [`[Open in Panel](${open} "Show its activation maps")`];
  if (compute !== null && overlay === null)
    links.push(`[Compute LPCAM](${compute} "Run the study's network on this image")`);
  const paragraphs = [
    `**${escaped(name)}** — ${classesOf(parts)}`,
    // Above the pictures, where no hover is too low to show them.
    links.join(' · '),
    pictures(parts),
    figures(parts),
    why === null || overlay !== null ? '' : `*${escaped(why)}*`,
  ];
  return paragraphs.filter((part) => part !== '').join('\n\n');
}

/** Said of a name that no image has; null where the name may be anything. */
export function missingText(name: string, folder: string | null): string {
  const where = folder === null ? 'The study names no folder of images' : `There is none in ${folder}`;
  return `**${escaped(name)}** — no image of this name. ${escaped(where)}.`;
}
