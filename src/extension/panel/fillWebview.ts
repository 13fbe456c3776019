/** Gives a webview its page: one script and one style sheet of `dist/webview`, under a policy that allows nothing else. */
import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import type { OpeningPicture } from '../../protocol/openingPicture';
import { webviewHtml } from './webviewHtml';

export interface FilledPage {
  readonly extensionUri: vscode.Uri;
  /** Of the page's bundle: `triage` stands for `triage.js` and `triage.css`. */
  readonly page: string;
  readonly title: string;
  /** Folders besides `dist/webview` that the page may load from. */
  readonly more?: readonly vscode.Uri[];
}

/**
 * Call it last: the page's script may ask at once.
 * @param picture what the page shows until its script has drawn the same; such a page begins with a small script of its
 * own, `imagePanelStart.js` for `imagePanel`, which brings the other
 */
export function fillWebview(
  webview: vscode.Webview,
  { extensionUri, page, title, more = [] }: FilledPage,
  picture: OpeningPicture | null = null,
): void {
  const dist = vscode.Uri.joinPath(extensionUri, 'dist', 'webview');
  const address = (name: string) => webview.asWebviewUri(vscode.Uri.joinPath(dist, name)).toString();
  webview.options = { enableScripts: true, localResourceRoots: [dist, ...more] };
  webview.html = webviewHtml({
    source: webview.cspSource,
    nonce: randomBytes(24).toString('base64'),
    script: address(`${page}${picture ? 'Start' : ''}.js`),
    style: address(`${page}.css`),
    title,
    picture,
  });
}
