/** The page of a webview: an empty root, one script, one style sheet, and a policy that allows nothing else. */
import type { OpeningPicture } from '../../protocol/openingPicture';
import { openingPictureHtml } from './openingPictureHtml';
import { escaped } from './escaped';

export interface WebviewPage {
  /** `webview.cspSource`. */
  readonly source: string;
  /** Fresh for every page, from a cryptographic source. */
  readonly nonce: string;
  readonly script: string;
  readonly style: string;
  readonly title: string;
  /** What the page shows before its script has drawn anything; null: nothing. */
  readonly picture?: OpeningPicture | null;
}

/**
 * The nonce is on `style-src` and in the page for the toolkit, which tries one empty style element to learn whether the
 * browser knows `:focus-visible`; refused, it would show focus rings on mouse clicks.
 * @returns HTML in which every given text is text, whatever characters it has
 */
export function webviewHtml({ source, nonce, script, style, title, picture = null }: WebviewPage): string {
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${source} 'nonce-${nonce}'`,
    `img-src ${source} blob: data:`,
    `font-src ${source}`,
    // The worker is started from a blob of a script that is read from the extension: pages and files differ in origin.
    `connect-src ${source}`,
    'worker-src blob:',
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escaped(policy)}">
<meta property="csp-nonce" content="${escaped(nonce)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<link rel="stylesheet" href="${escaped(style)}">
</head>
<body>
<main id="root"></main>
${picture ? openingPictureHtml(picture) : ''}<script type="module" nonce="${escaped(nonce)}" src="${escaped(script)}"></script>
</body>
</html>
`;
}
