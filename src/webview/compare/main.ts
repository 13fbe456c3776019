/**
 * The script of the comparison of two banks. The host's page holds `<main id="root"></main>`, this script and its style
 * sheet.
 *
 * Test ids (`data-testid`), stable for end-to-end tests: `compare` (+ `data-busy`), `compare-opening`, `failure` with
 * `retry`, `showLog`; `banks`, `compare-notices`; `bar-matched`, `bar-drifted`; `class-rows`, `class-NAME` (the button),
 * `class-all`; `with-rejected`, `pairs`, `pair-N` (+ `data-became`), `no-pairs`; `announcer`; `image-pair` (+ `data-busy`,
 * `data-image`), `choose-image`, `pair-image`, `image-class`, `pair-map`, `pair-opacity`, `pair-zoomIn`, `pair-zoomOut`,
 * `pair-fit`, `pair-first`, `pair-second`, `pair-difference` (+ `data-layer`), each with `pair-stage-SIDE` and
 * `pair-canvas-SIDE` (+ `data-left`, `data-top`, `data-scale`), `pair-count-SIDE`, `pair-readout`, `pair-mean`,
 * `pair-failure` with `pair-retry`.
 */
import '../shared/jitless';
import './compare.css';
import { toComparePanelSchema, type FromComparePanel, type ToComparePanel } from '../../protocol/comparison';
import { Pane } from '../shared/picture/pane';
import { connectHost } from '../shared/host';
import { defineToolkit } from '../shared/toolkit';
import { ComparePage } from './comparePage';

defineToolkit();
customElements.define('lpcam-pane', Pane);

const root = document.getElementById('root');
if (!root) throw new Error('The page has no element with the id "root".');

const host = connectHost<ToComparePanel, FromComparePanel>(
  toComparePanelSchema,
  (message) => page.receive(message),
  (message) => host.post({ type: 'fault', message }),
);
const page = new ComparePage(root, host);
