/**
 * Opens a webview as an image panel is opened (the same options, the same policy, a script and a style sheet of the
 * extension, a greeting and an answer), with next to nothing in it.
 */
const { randomBytes } = require('node:crypto');
const vscode = require('vscode');

/** @param {vscode.Webview} webview @param {vscode.Uri} folder */
function html(webview, folder) {
  const { cspSource } = webview;
  const nonce = randomBytes(24).toString('base64');
  const address = (/** @type {string} */ name) =>
    webview.asWebviewUri(vscode.Uri.joinPath(folder, name)).toString();
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${cspSource} 'nonce-${nonce}'`,
    `img-src ${cspSource} blob: data:`,
    `font-src ${cspSource}`,
    `connect-src ${cspSource}`,
    'worker-src blob:',
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>Empty webview</title>
<link rel="stylesheet" href="${address('page.css')}">
</head>
<body>
<main></main>
<script type="module" nonce="${nonce}" src="${address('page.js')}"></script>
</body>
</html>
`;
}

/** @param {vscode.Uri} extensionUri */
function open(extensionUri) {
  const began = Date.now();
  const place = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: false };
  const panel = vscode.window.createWebviewPanel('lpcamTests.emptyWebview', 'Empty', place, {
    retainContextWhenHidden: true,
  });
  const { webview } = panel;
  webview.onDidReceiveMessage(() => void webview.postMessage({ began }));
  webview.options = { enableScripts: true, localResourceRoots: [extensionUri] };
  webview.html = html(webview, extensionUri);
}

/** @param {vscode.ExtensionContext} context */
exports.activate = ({ subscriptions, extensionUri }) => {
  subscriptions.push(
    vscode.commands.registerCommand('lpcamTests.openEmptyWebview', () => open(extensionUri)),
  );
};
