/**
 * The image panel's script. The host's page holds `<main id="root"></main>`, this script and its style sheet.
 *
 * Test ids (`data-testid`), stable for end-to-end tests:
 * - `panel`, `opening` (skeleton), `failure` (+ `data-kind`) with `retry`, `showLog`, `openStudyFile` or `createStudy`,
 *   `selectStudy`
 * - `status` (+ `data-busy`), `device`, `progress` with `cancel`, `notices`, `notice-KIND`, `notice-KIND-COMMAND`, `notes` (opens
 *   the notes among them)
 * - classes: `classes`, `class-NAME`, `class-NAME-remove`, `class-add`, `class-filter`, `class-option-NAME`
 * - views: `view-VIEW` (image cam class context lpcam suppression seed seedFile mask prototype); `unavailable-VIEW`, `cluster`
 * - stage: `pane-0`, `pane-1` (+ `data-view`, `data-preview`), `stage-0`, `stage-1` (take the focus),
 *   `stage-canvas-0`, `stage-canvas-1` (+ `data-view`, `data-layer`, `data-left`, `data-top`, `data-scale`: where the
 *   image's first pixel lies in CSS pixels and how large a pixel is; `data-drawn` counts the drawings), `colour-bar`
 *   (+ `data-low`, `data-high`), `label-ID`, `suppression-legend`, `suppression-fp`, `suppression-tp`,
 *   `suppression-removed`, `suppression-ignored` (each + `data-pixels`)
 * - reading: `readout`, `reading-position`, `reading-rgb`, `reading-cam`, `reading-lpcam`, `reading-class`,
 *   `reading-context`, `reading-seed`, `reading-seedFile`, `reading-mask`, `reading-best`
 * - overlay: `opacity`, `colourMap`, `range`, `mapRule` (system plain), `seedFrom`, `seedOutline`, `maskOutline`; `rule-0`, `rule-1`: the rule
 *   in words, under each pane
 * - threshold: `threshold`, `threshold-value`, `threshold-reset`, `curve`
 * - figures: `figures` (+ `data-stale`), `figures-pending`, `iou`, `fp`, `fn`, `precision`, `recall`, `best` for LPCAM and the class; the
 *   same with `-cam` for CAM; with `image-` before them for the image; `share`, `share-cam` without a mask;
 *   `figures-fault`
 * - prototypes: `strip`, `count-class`, `count-context`, `count-rejected`, `rejected` (folds), `prototype-ID`
 *   (+ `data-fate`, `data-on`), `prototype-ID-switch`, `gates`, `gates-pass`, `gate-class`, `gate-context-low`,
 *   `gate-context-high`, `gates-reset`, `already-gated`
 * - the code: `trial`, `trial-place`, `trial-written`, `write-back`, `trial-end`
 * - buttons named after their action: `toggleSplit`, `zoomIn`, `zoomOut`, `zoomToFit`, `zoomToPixels`, `savePicture`,
 *   `copyFigures`, `help`, `showStages`, `allPrototypes`, `resetPrototypes`; `help-dialog`, `openHelp`, `announcer`
 */
import '../shared/jitless';
import './imagePanel.css';
import { toImagePanelSchema, type FromImagePanel, type ToImagePanel } from '../../protocol/imagePanel';
import { connectHost } from '../shared/host';
import { defineToolkit } from '../shared/toolkit';
import { ImagePanel } from './imagePanel';
import { Pane } from '../shared/picture/pane';

defineToolkit();
customElements.define('lpcam-pane', Pane);

const root = document.getElementById('root');
if (!root) throw new Error('The page has no element with the id "root".');

const host = connectHost<ToImagePanel, FromImagePanel>(
  toImagePanelSchema,
  (message) => panel.receive(message),
  (message) => host.post({ type: 'fault', message }),
);
const panel = new ImagePanel(root, host);
