/** What a hover says of an image: markdown, with everything that comes from files escaped. */
import type { OverlayFigures, ReferredImage } from '../../protocol/reference';

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

/** "LPCAM seed at 0.3, IoU: boat 61.20 %, person 40.00 %". */
function figures({ overlay, referred }: HoverParts): string {
  if (overlay === null) return '';
  const { map, classes, threshold } = overlay.figures;
  const name = map === 'lpcam' ? 'LPCAM' : 'CAM';
  const dead = classes.filter((one) => one.dead === true).map((one) => escaped(one.name));
  const lines = [
    referred.mask === null
      ? `${name} · no mask, so no IoU`
      : `${name} seed at ${threshold}, IoU: ${classes
          .map((one) => `${escaped(one.name)} ${percent(map === 'lpcam' ? one.lpcamIou : one.camIou)}`)
          .join(', ')}`,
    map === 'cam' ? 'CAM only: the study has no prototype bank yet.' : '',
    dead.length > 0 ? `Dead seed (LPCAM zero everywhere): ${dead.join(', ')}` : '',
  ];
  return lines.filter((line) => line !== '').join('  \n');
}

export function hoverText(parts: HoverParts): string {
  const { name, referred, open, compute, why, overlay } = parts;
  const links = [`[Open in Panel](${open} "Show its activation maps")`];
  if (compute !== null && overlay === null)
    links.push(`[Compute LPCAM](${compute} "Run the study's network on this image")`);
  const paragraphs = [
    `**${escaped(name)}** — ${classesOf({ ...parts, referred })}`,
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
