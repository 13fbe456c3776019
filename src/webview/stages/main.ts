/**
 * The stage strip's script. The host's page holds `<main id="root"></main>`, this script and its style sheet.
 *
 * Test ids (`data-testid`), stable for end-to-end tests: `stages` (+ `data-busy`, `data-computing`), `stages-opening`,
 * `failure` with `retry`, `openStudyFile`, `showLog`; `previous`, `next`, `place`, `place-number`, `image-id`, `reload`,
 * `show-maps`;
 * `show-labels`, `show-heat`, `class`, `threshold`, `threshold-value`, `threshold-reset`, `per-stage`, `opacity`,
 * `size`, `outline`; `zoomOut`, `zoomIn`, `zoomToFit`, `zoomToPixels`; `strip`, `pane-STAGE` (image cam lpcam irLabel pseudoMask
 * groundTruth; + `data-source`: file, computed, none), `stage-STAGE` (takes the focus), `stage-canvas-STAGE`,
 * `open-STAGE`, `empty-STAGE`, `not-computed-STAGE`, `cluster`, `at-STAGE`, `threshold-STAGE`, `score-STAGE`, `mean-STAGE`,
 * `change`, `iou-STAGE-LABEL`, `open-share-STAGE`, `unscored-STAGE`, `labels`; `announcer`.
 */
import '../shared/jitless';
import './stages.css';
import { toStagesPanelSchema, type FromStagesPanel, type ToStagesPanel } from '../../protocol/stages';
import { connectHost } from '../shared/host';
import { Pane } from '../shared/picture/pane';
import { defineToolkit } from '../shared/toolkit';
import { StagesPage } from './stagesPage';

defineToolkit();
customElements.define('lpcam-pane', Pane);

const root = document.getElementById('root');
if (!root) throw new Error('The page has no element with the id "root".');

const host = connectHost<ToStagesPanel, FromStagesPanel>(
  toStagesPanelSchema,
  (message) => page.receive(message),
  (message) => host.post({ type: 'fault', message }),
);
const page = new StagesPage(root, host);
