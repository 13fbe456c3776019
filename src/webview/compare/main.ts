/**
 * The script of the comparison of two banks. The host's page holds `<main id="root"></main>`, this script and its style
 * sheet.
 *
 * Test ids (`data-testid`), stable for end-to-end tests: `compare` (+ `data-busy`), `compare-opening`, `failure` with
 * `retry`, `showLog`; `banks`, `compare-notices`; `bar-matched`, `bar-drifted`; `class-rows`, `class-NAME` (the button),
 * `class-all`; `with-rejected`, `pairs`, `pair-N` (+ `data-became`), `no-pairs`; `announcer`.
 */
import './compare.css';
import { toComparePanelSchema, type FromComparePanel, type ToComparePanel } from '../../protocol/comparison';
import { connectHost } from '../shared/host';
import { defineToolkit } from '../shared/toolkit';
import { ComparePage } from './comparePage';

defineToolkit();

const root = document.getElementById('root');
if (!root) throw new Error('The page has no element with the id "root".');

const host = connectHost<ToComparePanel, FromComparePanel>(
  toComparePanelSchema,
  (message) => page.receive(message),
  (message) => host.post({ type: 'fault', message }),
);
const page = new ComparePage(root, host);
