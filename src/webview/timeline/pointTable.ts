/** The figures of the charts, and more of them, as a table: for exact reading, for copying, and for screen readers. */
import { html, nothing, type TemplateResult } from 'lit';
import type { TimelineEntry } from '../../protocol/timeline';
import { ageText, timeText } from '../shared/age';
import { nameOf } from '../shared/nameOf';

export interface TableActs {
  readonly open: (entry: TimelineEntry) => void;
  readonly inspect: (entry: TimelineEntry) => void;
  readonly compute: (entry: TimelineEntry) => void;
  /** Points are being computed. */
  readonly busy: boolean;
}

const percent = (share: number | null | undefined) => (share == null ? '–' : (share * 100).toFixed(2));
const cosine = (value: number | null | undefined) => (value == null ? '–' : value.toFixed(4));

function best(
  figures: { readonly best: { readonly miou: number; readonly threshold: number } | null } | undefined,
) {
  const found = figures?.best;
  return found ? `${percent(found.miou)} at ${found.threshold.toFixed(2)}` : '–';
}

export function pointTable(
  entries: readonly TimelineEntry[],
  threshold: number,
  acts: TableActs,
): TemplateResult {
  return html`<section aria-labelledby="points-title">
    <h2 id="points-title">Figures</h2>
    <div class="table-frame">
      <table data-testid="points">
        <thead>
          <tr>
            <th scope="col" rowspan="2">Checkpoint</th>
            <th scope="col" rowspan="2"><span class="hidden">Actions</span></th>
            <th scope="col" rowspan="2">Written</th>
            <th scope="colgroup" colspan="4">Seed mIoU, %</th>
            <th scope="colgroup" colspan="3">Centres</th>
            <th scope="col" rowspan="2" title="Maps that are zero everywhere">Dead</th>
            <th scope="colgroup" colspan="3">Drift from the one before</th>
          </tr>
          <tr>
            <th scope="col" title="At the study's threshold, ${threshold}">LPCAM</th>
            <th scope="col" title="The best of the thresholds tried, chosen on these masks">its best</th>
            <th scope="col" title="At the study's threshold, ${threshold}">CAM</th>
            <th scope="col" title="The best of the thresholds tried, chosen on these masks">its best</th>
            <th scope="col">class</th>
            <th scope="col">context</th>
            <th scope="col">rejected</th>
            <th scope="col" title="Of the cosines of paired prototypes">median</th>
            <th scope="col" title="A tenth of the cosines is below">tenth</th>
            <th
              scope="col"
              title="Prototypes matched (cosine from 0.95 on), drifted (from 0.8 on), died, born"
            >
              m / d / † / *
            </th>
          </tr>
        </thead>
        <tbody>
          ${entries.map((entry, index) => row(entry, index, acts))}
        </tbody>
      </table>
    </div>
  </section>`;
}

function row(entry: TimelineEntry, index: number, acts: TableActs): TemplateResult {
  const { point, drift, path, modified, onDisk, driftProblem } = entry;
  const name = nameOf(path);
  return html`<tr data-testid="row-${index}" class=${onDisk ? '' : 'gone'}>
    <th scope="row" title="${path}${point ? `\nSHA-256 ${point.hash}\nComputed on ${point.device}` : ''}">
      ${name}${onDisk ? nothing : html` <span class="hint">(no longer on disk)</span>`}
    </th>
    <td class="acts">
      <button
        type="button"
        class="link"
        data-testid="image-${index}"
        ?disabled=${!onDisk || entry.problem !== null}
        aria-label="Show an image with ${name}"
        @click=${() => acts.open(entry)}
      >
        Image
      </button>
      <button
        type="button"
        class="link"
        data-testid="inspect-${index}"
        ?disabled=${!onDisk}
        aria-label="Inspect ${name}"
        @click=${() => acts.inspect(entry)}
      >
        Inspect
      </button>
    </td>
    <td class="hint" title=${timeText(modified)}>${ageText(modified, Date.now())}</td>
    ${
      point
        ? html`<td>${percent(point.lpcam.miou)}</td>
            <td>${best(point.lpcam)}</td>
            <td>${percent(point.cam.miou)}</td>
            <td>${best(point.cam)}</td>
            <td>${point.counts.class}</td>
            <td>${point.counts.context}</td>
            <td>${point.counts.rejected}</td>
            <td>${point.dead}</td>
            <td title=${driftProblem ?? ''}>${driftProblem === null ? cosine(drift?.median) : 'no'}</td>
            <td>${cosine(drift?.low)}</td>
            <td>${drift ? `${drift.matched} / ${drift.drifted} / ${drift.died} / ${drift.born}` : '–'}</td>`
        : html`<td colspan="11" class="state">${state(entry, index, acts)}</td>`
    }
  </tr>`;
}

function state(entry: TimelineEntry, index: number, acts: TableActs): TemplateResult {
  if (entry.problem !== null)
    return html`<span title=${entry.problem}
      >Not complete: being written, or cut short. It is waited for.</span
    >`;
  return html`Not computed.
    <button
      type="button"
      class="link"
      data-testid="compute-${index}"
      ?disabled=${acts.busy}
      aria-label="Compute ${nameOf(entry.path)}"
      @click=${() => acts.compute(entry)}
    >
      Compute
    </button>`;
}
