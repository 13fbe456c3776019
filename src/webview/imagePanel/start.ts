/**
 * The first script of a page that opens with a kept picture (`src/extension/panel/openingPictureHtml.ts`): puts the picture in
 * its place, and brings the page's own script. It is small, because VS Code shows a page only once its first scripts have run.
 */
import { afterPaint } from '../shared/whenIdle';
import { markOpening } from './openingMarks';
import { showOpeningPicture } from './shownPicture';

declare function acquireVsCodeApi(): { getState(): unknown };

markOpening('start');
// It can be had once only, and the page's own script wants it, too.
const api = acquireVsCodeApi();
Object.assign(globalThis, { acquireVsCodeApi: () => api });
// A page that comes back shows what was chosen in it, not how it began.
showOpeningPicture(api.getState() === undefined);
afterPaint(() => void import(new URL('imagePanel.js', import.meta.url).href));
