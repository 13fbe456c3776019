/**
 * The checkpoint editor's script. The host's page holds `<main id="root"></main>`, this script and its style sheet.
 *
 * Test ids (`data-testid`), stable for end-to-end tests:
 * - `editor`, `page-checkpoint`, `page-prototypes` (the tabs), `announcer`
 * - `opening` (skeleton), `failure` (+ `data-kind`) with `retry`, `showLog`
 * - facts: `facts`, `fact-NAME` (system backbone stride classes channels parameters format writer hash size modified
 *   study), `copy-hash`, `warnings`, `warning-KIND`, `unknown`, `copy-snippet`
 * - sections: `section-tensors`, `section-classifier`
 * - tensors: `tensor-filter`, `tensor-count`, `tensor-table` (the grid, takes the focus), `sort-COLUMN`, `tensor-NAME`
 *   (a row; cells carry `data-column`), `check`, `check-state`
 * - the selected tensor: `tensor-details`, `histogram` (+ `data-bins`), `logarithmic`, `copy-name`
 * - classifier: `classifier`, `norms`, `norm-CLASS`, `cosines` (canvas, takes the focus), `cosine-reading`, `pairs`
 */
import '../shared/jitless';
import './checkpoint.css';
import {
  toCheckpointEditorSchema,
  type FromCheckpointEditor,
  type ToCheckpointEditor,
} from '../../protocol/checkpointEditor';
import { connectHost } from '../shared/host';
import { defineToolkit } from '../shared/toolkit';
import { Editor } from './editor';

defineToolkit();

const root = document.getElementById('root');
if (!root) throw new Error('The page has no element with the id "root".');

const host = connectHost<ToCheckpointEditor, FromCheckpointEditor>(
  toCheckpointEditorSchema,
  (message) => editor.receive(message),
  (message) => host.post({ type: 'fault', message }),
);
const editor = new Editor(root, host);
