import { describe, expect, it } from 'vitest';
import { webviewHtml } from '../../../src/extension/panel/webviewHtml';

const page = {
  source: 'https://*.vscode-cdn.net',
  nonce: 'bm9uY2U=',
  script: 'https://file+.vscode-resource/dist/webview/imagePanel.js',
  style: 'https://file+.vscode-resource/dist/webview/imagePanel.css',
  title: 'LPCAM: boat.jpg',
};

describe('The page of a panel', () => {
  it('allows its own script, style and worker and nothing else', () => {
    const policy = /Content-Security-Policy" content="([^"]*)"/.exec(webviewHtml(page))?.[1];
    expect(policy?.replaceAll('&#39;', "'").split('; ')).toEqual([
      "default-src 'none'",
      "script-src 'nonce-bm9uY2U='",
      "style-src https://*.vscode-cdn.net 'nonce-bm9uY2U='",
      'img-src https://*.vscode-cdn.net blob: data:',
      'font-src https://*.vscode-cdn.net',
      'connect-src https://*.vscode-cdn.net',
      'worker-src blob:',
    ]);
  });

  it('has no inline script or style', () => {
    const html = webviewHtml(page);
    expect(html.match(/<script[^>]*>/g)).toEqual([
      `<script type="module" nonce="bm9uY2U=" src="${page.script}">`,
    ]);
    expect(html).not.toMatch(/<style|\sstyle=|\son\w+=/);
  });

  it('shows the name of an image as text, whatever it is', () => {
    const html = webviewHtml({ ...page, title: `LPCAM: </title><script>alert('1')</script>.jpg` });
    expect(html).toContain(
      '<title>LPCAM: &lt;/title&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;.jpg</title>',
    );
    expect(html.match(/<script/g)).toHaveLength(1);
  });

  it('may begin with a picture: hidden until its script has found that it fits, with its text as text', () => {
    const title = { text: 'CAM · "><script>alert(1)</script>', left: 8, top: 60 };
    const pane = {
      left: 0.5,
      top: 80,
      width: 350,
      height: 311.5,
      title,
      bytes: new Uint8Array([1, 2, 250]),
      type: 'image/webp' as const,
    };
    const html = webviewHtml({
      ...page,
      picture: { width: 700, height: 800, ratio: 1.25, panes: [pane] },
    });
    expect(html).toContain(
      '<section id="opening-picture" hidden data-width="700" data-height="800" data-ratio="1.25">',
    );
    expect(html).toContain('data-left="0.5" data-top="80" width="350" height="311.5"');
    expect(html).toContain('src="data:image/webp;base64,AQL6"');
    expect(html).toContain('alt="CAM · &quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"');
    expect(html.match(/<script/g)).toHaveLength(1);
    expect(html).not.toMatch(/<style|\sstyle=|\son\w+=/);
  });
});
