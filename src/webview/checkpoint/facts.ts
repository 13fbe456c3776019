/** What the file is, in a few figures. */
import { html, nothing, type TemplateResult } from 'lit';
import { icon } from '../shared/icons';
import type { CheckpointIdentity, CheckpointTable } from '../../protocol/checkpoint';
import { byteSize, count, percent, rounded } from './model/numberText';
import type { PageModel } from './pageModel';

interface Fact {
  readonly name: string;
  readonly label: string;
  readonly value: unknown;
  readonly title?: string;
}

/** As the systems call themselves. */
const systems: Readonly<Record<string, string>> = {
  irn: 'IRN family (LPCAM, IRN, AdvCAM, ReCAM)',
  recam: 'ReCAM',
  amn: 'AMN',
  psa: 'PSA',
  seam: 'SEAM',
  edam: 'EDAM',
  'mctformer-v2': 'MCTformer V2',
  'mctformer-plus': 'MCTformer+',
  torchvision: 'torchvision',
};

function strideText({ stride, otherStrides }: NonNullable<CheckpointIdentity['network']>): string {
  if (stride === null) return 'not told';
  return otherStrides.length === 0 ? String(stride) : `${stride} (or ${otherStrides.join(', ')})`;
}

function parametersFact({ parameters }: CheckpointTable): Fact {
  return {
    name: 'parameters',
    label: 'Parameters',
    value: rounded(parameters),
    title: `${count(parameters)} trained numbers; buffers and repeated tensors are not counted`,
  };
}

function networkFacts({
  identity,
  table,
}: {
  identity: CheckpointIdentity | null;
  table: CheckpointTable;
}): Fact[] {
  if (identity === null)
    return ['System', 'Backbone', 'Stride', 'Classes', 'Feature channels'].map((label) => ({
      name: label.split(' ').at(-1)?.toLowerCase() ?? label,
      label,
      value: html`<i class="pending"></i>`,
    }));
  const { network } = identity;
  if (network === null) return [];
  const { system, architecture, channels, classes, features, classifier, scoring, fixedSize } = network;
  const graph = table.format === 'onnx';
  return [
    {
      name: 'system',
      label: 'System',
      value: system === null ? 'not named' : (systems[system] ?? system),
    },
    {
      name: 'backbone',
      label: 'Backbone',
      value: architecture ?? (graph ? 'ONNX graph' : 'not named'),
      title: graph && architecture === null ? `The feature map is the tensor ${features}` : '',
    },
    {
      name: 'stride',
      label: 'Stride',
      value: html`${strideText(network)}${
        fixedSize ? html`<span class="hint"> at ${fixedSize.join(' × ')} only</span>` : nothing
      }`,
      title: 'Input pixels per position of the feature map',
    },
    { name: 'classes', label: 'Classes', value: String(classes), title: `${classifier}: ${scoring}` },
    { name: 'channels', label: 'Feature channels', value: count(channels), title: features },
    parametersFact(table),
  ];
}

function hashValue({ state, copy }: PageModel): unknown {
  const { value, done } = state.hash;
  if (value === undefined) return html`<span class="hint">hashing, ${percent(done, 1)}</span>`;
  if (value === null) return html`<span class="hint">could not be computed</span>`;
  return html`<code title=${value}>${value.slice(0, 12)}…</code
    ><button
      type="button"
      class="icon-button"
      data-testid="copy-hash"
      aria-label="Copy the SHA-256"
      title="Copy the SHA-256"
      @click=${() => copy(value)}
    >
      ${icon('copy')}
    </button>`;
}

function studyValue({ state, command }: PageModel): unknown {
  const study = state.identity?.study;
  if (!study) return null;
  const use = study.usesThis ? nothing : html`<span class="hint"> (other checkpoint)</span>`;
  return study.file === null
    ? html`${study.name}${use}`
    : html`<button
          type="button"
          class="link"
          title="Open ${study.file}"
          @click=${() => command('openStudyFile')}
        >
          ${study.name}</button
        >${use}`;
}

function fileFacts(model: PageModel, table: CheckpointTable): Fact[] {
  const study = studyValue(model);
  // Swedish writes dates as ISO does, in the person's own time zone.
  const modified = new Date(table.modified);
  return [
    // Beside the network's facts where there are any.
    ...(model.state.identity?.network === null ? [parametersFact(table)] : []),
    { name: 'format', label: 'File format', value: table.formatName },
    { name: 'writer', label: 'Written by', value: table.writer ?? 'not told' },
    { name: 'size', label: 'Size', value: byteSize(table.bytes), title: `${count(table.bytes)} bytes` },
    {
      name: 'modified',
      label: 'Last change',
      value: modified.toLocaleString('sv-SE', { dateStyle: 'short', timeStyle: 'short' }),
      title: modified.toISOString(),
    },
    { name: 'hash', label: 'SHA-256', value: hashValue(model) },
    ...(study === null ? [] : [{ name: 'study', label: 'Study', value: study }]),
  ];
}

export function facts(model: PageModel, table: CheckpointTable): TemplateResult {
  const { identity } = model.state;
  const network = networkFacts({ identity, table });
  return html`<div class="facts" data-testid="facts">
      ${network.length > 0 ? list(network) : nothing} ${list(fileFacts(model, table))}
    </div>
    ${besides(table)}`;
}

function list(shown: readonly Fact[]): TemplateResult {
  return html`<dl>
    ${shown.map(
      ({ name, label, value, title }) =>
        html`<div title=${title ?? nothing}>
          <dt>${label}</dt>
          <dd data-testid="fact-${name}">${value}</dd>
        </div>`,
    )}
  </dl>`;
}

/** Epoch, arguments, metadata: what was saved with the weights. */
function besides({ facts: saved }: CheckpointTable): TemplateResult | typeof nothing {
  if (saved.length === 0) return nothing;
  return html`<details class="besides" data-testid="besides">
    <summary>
      Also in the file:
      ${saved
        .map(({ label }) => label)
        .slice(0, 6)
        .join(', ')}${saved.length > 6 ? ', …' : ''}
    </summary>
    <dl>
      ${saved.map(
        ({ label, value }) =>
          html`<div>
            <dt>${label}</dt>
            <dd>${value}</dd>
          </div>`,
      )}
    </dl>
  </details>`;
}
