/**
 * The script of the triage panel. The host's page holds `<main id="root"></main>`, this script and its style sheet.
 *
 * Test ids (`data-testid`), stable for end-to-end tests: `triage` (+ `data-busy`), `triage-opening`, `failure` with `retry`,
 * `showLog`; `scores`, `miou` (and with A, B); `threshold`, `threshold-value`, `threshold-study`, `threshold-best` (and
 * `threshold2`...); `score-card`, `card-warnings`, `fact-NAME`, `problems`; `list`, `class-filter`, `search`, `harmed`,
 * `improved`, `row-count`, `export-list`, `export-csv`; `triage-table`, `sort-COLUMN`, `row-N` (+ `data-image`), cells by
 * `data-column`; `preview` (+ `data-image`), `scatter`, `sweep-curve`, `class-table`, `class-NAME`, `confidence`,
 * `suggest-fg`, `target-fg` (and `-bg`); `announcer`.
 */
import '../shared/jitless';
import './triage.css';
import { toTriagePanelSchema, type FromTriagePanel, type ToTriagePanel } from '../../protocol/triagePanel';
import { connectHost } from '../shared/host';
import { defineToolkit } from '../shared/toolkit';
import { TriagePage } from './triagePage';

defineToolkit();

const root = document.getElementById('root');
if (!root) throw new Error('The page has no element with the id "root".');

const host = connectHost<ToTriagePanel, FromTriagePanel>(
  toTriagePanelSchema,
  (message) => page.receive(message),
  (message) => host.post({ type: 'fault', message }),
);
const page = new TriagePage(root, host);
