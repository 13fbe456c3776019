/**
 * A kept picture as part of a page's HTML, so that the browser shows it before the page's script is there. It is hidden until
 * the page's first script (`src/webview/imagePanel/start.ts`) has found that it fits and has put it in its place.
 */
import type { OpeningPicture, PanePicture } from '../../protocol/openingPicture';
import { escaped } from './escaped';

/** Data attributes of numbers. */
function numbers(values: Readonly<Record<string, number>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` data-${name}="${value}"`)
    .join('');
}

function paneHtml({ left, top, width, height, title, bytes, type }: PanePicture): string {
  const { buffer, byteOffset, byteLength } = bytes;
  const base64 = Buffer.from(buffer, byteOffset, byteLength).toString('base64');
  const text = escaped(title.text);
  // The picture's name is its heading: read once.
  return `<h2 aria-hidden="true"${numbers({ left: title.left, top: title.top })}>${text}</h2>
<img alt="${text}" decoding="sync" elementtiming="opening picture"${numbers({ left, top })} width="${width}" height="${height}" src="data:${type};base64,${base64}">
`;
}

/** @returns HTML in which every text is text and all else numbers and base64 */
export function openingPictureHtml({ width, height, ratio, panes }: OpeningPicture): string {
  return `<section id="opening-picture" hidden${numbers({ width, height, ratio })}>
${panes.map(paneHtml).join('')}</section>
`;
}
