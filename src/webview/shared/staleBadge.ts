/** A badge on what may not belong to the checkpoint in use. */
import { html, nothing, type TemplateResult } from 'lit';
import type { Staleness } from '../../lpcam/staleness';

const texts: Readonly<Record<Staleness, string>> = {
  otherCheckpoint: 'of another checkpoint',
  older: 'older than the checkpoint',
};

/** @param what "bank", "seeds" */
export function staleBadge(stale: Staleness | null, what: string): TemplateResult | typeof nothing {
  if (stale === null) return nothing;
  const why =
    stale === 'otherCheckpoint'
      ? `The ${what} records the checkpoint it was made with, and it is not this one.`
      : `The ${what} does not record its checkpoint; going by the times of the files, the checkpoint was written after it.`;
  return html`<span class="stale-badge" data-testid="stale" data-stale=${stale} title=${why}
    >${texts[stale]}</span
  >`;
}
