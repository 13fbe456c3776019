/** What the engine is doing or has done, on which device, and the buttons that take results elsewhere. */
import { html, nothing, type TemplateResult } from 'lit';
import { deviceLabel } from '../../protocol/device';
import type { Timings } from '../../protocol/explanation';
import { duration } from './model/figureText';
import { notesButton } from './noticeList';
import type { Panel } from './panel';
import { tool } from './viewTabs';

export function statusLine(panel: Panel): TemplateResult {
  const device = panel.scene?.header.device;
  return html`<div class="status-line">
    ${status(panel)} ${notesButton(panel)}
    ${
      device
        ? html`<button
            type="button"
            class="device ${device.fallback ? 'fallback' : ''}"
            data-testid="device"
            title="${device.reason} Click to choose a device."
            aria-label="Device: ${deviceLabel(device)}. ${device.reason} Choose a device."
            @click=${() => panel.command('selectDevice')}
          >
            ${deviceLabel(device)}${device.fallback ? ' (fallback)' : nothing}
          </button>`
        : nothing
    }
    <span class="tools" role="group" aria-label="Results">
      ${
        panel.scene
          ? html`${tool(panel, 'savePicture', 'save', 'Save picture of the active view (PNG)')}
            ${tool(panel, 'copyFigures', 'copy', 'Copy figures (tab-separated)')}`
          : nothing
      }
      ${tool(panel, 'help', 'help', 'Keyboard shortcuts and definitions (?)')}
    </span>
  </div>`;
}

function status(panel: Panel): TemplateResult {
  const { explanation, pending, failure } = panel.state;
  const total = explanation?.header.settings.inference.scales.length ?? 0;
  let text: string | TemplateResult;
  let title = '';
  let busy = true;
  if (failure) {
    text = failure.kind === 'cancelled' ? 'Cancelled' : 'Failed';
    busy = false;
  } else if (!explanation) text = 'Opening';
  else if (pending) text = 'Explaining again';
  else if (explanation.timings) {
    const { timings } = explanation;
    text = html`<span class="long">First map ${duration(timings.firstMap)}, all </span
      >${duration(timings.total)}`;
    title = `First map ${duration(timings.firstMap)}, all ${duration(timings.total)}. ${parts(timings)}`;
    busy = false;
  } else if (explanation.scales.length === 0) text = 'Running scale 1';
  else text = `Preview: ${explanation.scales.length} of ${total} scales`;
  return html`<span class="status" role="status" data-testid="status" data-busy=${busy} title=${title}>
    ${busy ? html`<i class="spinner" aria-hidden="true"></i>` : nothing}${text}
  </span>`;
}

function parts(timings: Timings): string {
  const { decode, resize, network, total } = timings;
  const rest = Math.max(0, total - decode - resize - network);
  return (
    `Decode ${duration(decode)}, resize ${duration(resize)}, network and similarity ${duration(network)}, ` +
    `rest ${duration(rest)}`
  );
}
