/**
 * The script of a seed file's editor. The host's page holds `<main id="root"></main>`, this script and its style sheet.
 *
 * Test ids (`data-testid`), stable for end-to-end tests: `seed` (+ `data-busy`), `opening`, `failure` (+ `data-kind`) with
 * `retry`, `showLog`; `id`, `showActivationMaps`, `openStudyFile`; `facts`, `dialect` (+ `data-dialect`), `fields`,
 * `image-path`, `assumption`, `warning`; `readAs`, `background`, `threshold`, `threshold-value`, `threshold-reset`,
 * `opacity`, `colourMap`, `range`, `seedOutline`, `maskOutline`; `pane-0`, `pane-1` (+ `data-view`), `view-0`, `view-1`,
 * `stage-0`, `stage-1`, `stage-canvas-0`, `stage-canvas-1` (as in the image panel), `colour-bar`, `label-ID`; `readout`,
 * `reading-position`, `reading-rgb`, `reading-map-NAME`, `reading-seed`, `reading-mask`; `classes`, `class-INDEX`,
 * `share-INDEX`, `iou-INDEX`, `miou`, `no-classes`, `no-picture`; `announcer`.
 */
import '../shared/jitless';
import './seed.css';
import { toSeedEditorSchema, type FromSeedEditor, type ToSeedEditor } from '../../protocol/seedEditor';
import { Pane } from '../shared/picture/pane';
import { connectHost } from '../shared/host';
import { defineToolkit } from '../shared/toolkit';
import { SeedPage } from './seedPage';

defineToolkit();
customElements.define('lpcam-pane', Pane);

const root = document.getElementById('root');
if (!root) throw new Error('The page has no element with the id "root".');

const host = connectHost<ToSeedEditor, FromSeedEditor>(
  toSeedEditorSchema,
  (message) => page.receive(message),
  (message) => host.post({ type: 'fault', message }),
);
const page = new SeedPage(root, host);
