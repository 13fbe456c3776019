/** A webview's page for the harnesses: bundled, and served as the extension host would write it. */
import { build } from 'esbuild';
import { createServer } from 'node:http';

/**
 * @param {string} name of the folder in src/webview, and of its files
 * @returns {Promise<{script: string, style: string}>}
 */
export async function bundleWebview(name) {
  const { outputFiles } = await build({
    entryPoints: { [name]: `src/webview/${name}/main.ts` },
    outdir: '/',
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    sourcemap: 'inline',
  });
  const text = (ending) => outputFiles.find((file) => file.path.endsWith(ending)).text;
  return { script: text('.js'), style: text('.css') };
}

/**
 * Serves the page under the editor's own CSP.
 * @param {string} name
 * @param {{script: string, style: string, worker?: string}} bundle `worker`: the script of `<name>Worker.js`
 * @returns {Promise<{server: import('node:http').Server, url: string}>}
 */
export function serveWebview(name, { script, style, worker }) {
  const csp =
    "default-src 'none'; script-src 'nonce-harness'; style-src http://127.0.0.1:*; img-src http://127.0.0.1:* data: blob:" +
    (worker === undefined ? '' : '; connect-src http://127.0.0.1:*; worker-src blob:');
  const page = `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${csp}">
<link rel="stylesheet" href="/${name}.css"></head><body><main id="root"></main>
<script type="module" nonce="harness" src="/${name}.js"></script></body></html>`;
  const answers = {
    '/': ['text/html', page],
    [`/${name}.js`]: ['text/javascript', script],
    [`/${name}.css`]: ['text/css', style],
    [`/${name}Worker.js`]: ['text/javascript', worker],
  };
  const server = createServer((request, response) => {
    const [type, body = ''] = answers[request.url] ?? ['text/plain'];
    response.writeHead(200, { 'content-type': `${type}; charset=utf-8` }).end(body);
  });
  return new Promise((done) =>
    server.listen(0, '127.0.0.1', () => done({ server, url: `http://127.0.0.1:${server.address().port}/` })),
  );
}
