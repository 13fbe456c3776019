/** Greets, and paints what it is answered: with the marks that the image panel's page makes. */
const mark = (/** @type {string} */ name) => performance.mark(`lpcam ${name}`);

mark('script');
window.addEventListener('message', ({ data }) => {
  mark('message');
  const main = document.querySelector('main');
  if (!main) throw new Error('The page has no element to write to.');
  main.dataset['began'] = String(data.began);
  main.textContent = 'This page is empty.';
  requestAnimationFrame(() => setTimeout(() => mark('map'), 0));
});
// @ts-expect-error VS Code gives it to every webview.
acquireVsCodeApi().postMessage({ type: 'ready' });
