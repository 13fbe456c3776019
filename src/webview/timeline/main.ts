/**
 * The script of the timeline of a training. The host's page holds `<main id="root"></main>`, this script and its style
 * sheet.
 *
 * Test ids (`data-testid`), stable for end-to-end tests: `timeline` (+ `data-busy`), `timeline-opening`, `failure` with
 * `retry`, `openStudyFile`, `showLog`; `about`, `probe-images`, `chooseList`, `studyList`, `compute`, `progress`, `cancel`,
 * `failed-points`; `chart-seeds`, `chart-counts`, `chart-drift` with `point-N` (+ `data-path`); `points`, `row-N` with
 * `image-N`, `inspect-N`, `compute-N`; `no-checkpoints`; `announcer`.
 */
import '../shared/jitless';
import './timeline.css';
import { toTimelineSchema, type FromTimeline, type ToTimeline } from '../../protocol/timelinePanel';
import { connectHost } from '../shared/host';
import { defineToolkit } from '../shared/toolkit';
import { TimelinePage } from './timelinePage';

defineToolkit();

const root = document.getElementById('root');
if (!root) throw new Error('The page has no element with the id "root".');

const host = connectHost<ToTimeline, FromTimeline>(
  toTimelineSchema,
  (message) => page.receive(message),
  (message) => host.post({ type: 'fault', message }),
);
const page = new TimelinePage(root, host);
