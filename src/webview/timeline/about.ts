/** What the timeline is made of: which checkpoints, which images, and what the figures therefore mean. */
import { html, nothing, type TemplateResult } from 'lit';
import type { Probe, Timeline } from '../../protocol/timeline';
import { icon } from '../shared/icons';
import { nameOf } from '../shared/nameOf';

export interface AboutActs {
  readonly useProbe: (probe: Probe) => void;
  readonly chooseList: () => void;
  readonly openStudyFile: () => void;
}

const many = (count: number, what: string) => `${count} ${what}${count === 1 ? '' : 's'}`;

export function about(timeline: Timeline, probe: Probe, acts: AboutActs): TemplateResult {
  const { pattern, follows, notices } = timeline;
  return html`<section class="about" data-testid="about" aria-label="What the timeline is made of">
    <p>
      Checkpoints: <span class="path">${pattern}</span>
      ${
        follows
          ? nothing
          : html`<span class="hint"
                >The study follows no pattern, so a point can be added each time this file is written anew.
                Name <code>follow</code>, such as "checkpoints/epoch_*.pth", in lpcam.json to see all
                epochs.</span
              >
              <button type="button" class="link" @click=${acts.openStudyFile}>Open study file</button>`
      }
    </p>
    ${precisionText(timeline)} ${probeText(timeline)} ${probeControls(timeline, probe, acts)}
    ${notices.map(({ message }) => html`<p class="warning">${icon('warning')} ${message}</p>`)}
  </section>`;
}

/** Which of two curves is shown, where there are two; in full precision and without another it goes without saying. */
function precisionText({ precision, otherPrecision }: Timeline): TemplateResult | typeof nothing {
  if (precision === 'full' && otherPrecision === 0) return nothing;
  const other = precision === 'full' ? 'half' : 'full';
  return html`<p class="hint" data-testid="precision">
    Points in ${precision} precision.
    ${
      otherPrecision === 0
        ? nothing
        : html`${many(otherPrecision, 'point')} in ${other} precision ${otherPrecision === 1 ? 'is' : 'are'}
          kept and not shown: figures of the two do not compare.`
    }
  </p>`;
}

function probeText({ probe, threshold }: Timeline): TemplateResult {
  const { images, listed, masked, without, list } = probe;
  const of = list === null ? 'labelled images' : nameOf(list);
  const which =
    images.length === listed
      ? `all ${many(listed, 'image')} of ${of}`
      : `the first ${many(images.length, 'image')} of the ${listed} of ${of}`;
  return html`<p>
      Every checkpoint is clustered and scored on the same probe images only: ${which}. So its figures compare
      with those of the other checkpoints here, not with those of the whole list: few images give few and
      noisy prototypes. The bank of the study is not touched. Seeds are cut at the study's threshold,
      ${threshold};
      ${masked === images.length ? 'every probe image has a mask' : `${masked} of the ${images.length} probe images ${masked === 1 ? 'has' : 'have'} a mask`}.
    </p>
    ${
      without.length === 0
        ? nothing
        : html`<p class="hint">
            No probe image shows
            ${without.length > 8 ? `${without.length} of the classes` : without.join(', ')}:
            ${without.length === 1 ? 'it has' : 'they have'} no prototypes here.
          </p>`
    }`;
}

function probeControls({ probe: { listed } }: Timeline, probe: Probe, acts: AboutActs): TemplateResult {
  const take = (event: Event) => {
    const field = event.target as HTMLInputElement;
    const count = field.valueAsNumber;
    if (Number.isInteger(count) && count >= 1) acts.useProbe({ ...probe, images: Math.min(count, 100_000) });
    else field.value = String(probe.images ?? listed);
  };
  return html`<p class="controls">
    <label class="slider"
      >Probe images
      <input
        type="number"
        min="1"
        max="100000"
        step="1"
        data-testid="probe-images"
        title="A few: each takes a run at every scale, twice, per checkpoint"
        .value=${String(probe.images ?? listed)}
        @change=${take}
    /></label>
    <vscode-button appearance="secondary" data-testid="chooseList" @click=${acts.chooseList}
      >Choose list…</vscode-button
    >
    ${
      probe.list === null
        ? nothing
        : html`<vscode-button
            appearance="secondary"
            data-testid="studyList"
            @click=${() => acts.useProbe({ ...probe, list: null })}
            >Use the study's list</vscode-button
          >`
    }
  </p>`;
}
