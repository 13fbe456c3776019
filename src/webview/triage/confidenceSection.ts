/** Suggestions for IRN's confidence thresholds, with the targets they are derived from. */
import { html, nothing, type TemplateResult } from 'lit';
import type { ConfidenceSuggestions, ConfidenceTargets, Suggestion } from '../../lpcam/triage/confidence';
import { thresholdText } from '../../lpcam/triage/thresholdChoice';

const percent = (value: number) => `${(100 * value).toFixed(1)} %`;

export function confidenceSection(
  { fg, bg, ignored }: ConfidenceSuggestions,
  thresholds: readonly number[],
  targets: ConfidenceTargets,
  set: (targets: { fg: number; bg: number }) => void,
): TemplateResult {
  const line = (name: string, found: Suggestion | null, key: 'fg' | 'bg', title: string) =>
    html`<tr>
      <th scope="row"><code>${name}</code></th>
      <td data-testid="suggest-${key}">
        ${found === null ? '–' : thresholdText(thresholds[found.place] ?? 0)}
      </td>
      <td>
        <label title=${title}
          >≥
          <input
            type="number"
            min="1"
            max="100"
            step="1"
            data-testid="target-${key}"
            aria-label="${name}: how often its pixels should be right, in percent"
            .value=${String(Math.round(100 * targets[key]))}
            @change=${(event: Event) => {
              const { valueAsNumber } = event.target as HTMLInputElement;
              if (valueAsNumber > 0 && valueAsNumber <= 100) set({ ...targets, [key]: valueAsNumber / 100 });
            }}
          />
          %</label
        >
      </td>
      <td>
        ${found === null ? '' : `${percent(found.precision)} right, ${percent(found.share)} of all pixels`}
        ${found !== null && !found.reached ? html`<br /><span class="hint">never reached: this is the most precise</span>` : nothing}
      </td>
    </tr>`;
  return html`<section class="confidence" data-testid="confidence">
    <h2>IRN's confidence thresholds: a suggestion</h2>
    <table>
      <tbody>
        ${line('conf_fg_thres', fg, 'fg', 'The lowest threshold whose foreground is right this often')}
        ${line('conf_bg_thres', bg, 'bg', 'The highest threshold whose background is right this often')}
      </tbody>
    </table>
    <p class="hint">
      The lowest threshold whose foreground pixels have the right class, and the highest whose background
      pixels are background, as often as asked
      for${ignored === null ? '' : `; ${percent(ignored)} between them would be ignored`}. Measured on the
      masks of these images, before IRN's CRF: an oracle, for orientation.
    </p>
  </section>`;
}
