/** What a panel makes of a new checkpoint, by the person's setting. */
import { describe, expect, it } from 'vitest';
import { Answer } from '../../../src/extension/panel/answer';
import { PanelCheckpoint } from '../../../src/extension/panel/panelCheckpoint';
import type { ExplanationHeader } from '../../../src/protocol/explanation';
import type { Failure } from '../../../src/protocol/failure';
import { syntheticHeader } from '../webview/syntheticExplanation';

const study = { file: '/s/lpcam.json' };
const at = (name: string) => ({ path: `/s/${name}`, hash: name, modified: 5 });
const onDisk = (name: string) => ({ newest: at(name), checkpoints: [] });

function answer(checkpoint: string, followed = true, done = true): Answer {
  const opening = {
    type: 'opening',
    request: 1,
    image: '/i',
    study: 's',
    reference: study,
    keep: false,
  } as const;
  const shown = new Answer(opening);
  const header: ExplanationHeader = {
    ...syntheticHeader(),
    checkpoint: { path: `/s/${checkpoint}`, hash: 'other', ownHash: checkpoint, followed, modified: 1 },
  };
  shown.add({ type: 'header', request: 1, header });
  const timings = { decode: 0, resize: 0, network: 0, firstMap: 0, total: 0 };
  if (done) shown.add({ type: 'done', request: 1, timings, notices: [] });
  return shown;
}
function failed(failure: Failure): Answer {
  const opening = {
    type: 'opening',
    request: 1,
    image: '/i',
    study: 's',
    reference: study,
    keep: false,
  } as const;
  const shown = new Answer(opening);
  shown.add({ type: 'failed', request: 1, failure });
  return shown;
}

describe('a new checkpoint', () => {
  it('is offered once, and what is shown stays', () => {
    const checkpoint = new PanelCheckpoint();
    checkpoint.onDisk(onDisk('epoch_2'));
    expect(checkpoint.judge(answer('epoch_1'), study, 'ask')).toBe('stay');
    const { fresh } = checkpoint;
    expect(fresh).toEqual(at('epoch_2'));
    checkpoint.judge(answer('epoch_1'), study, 'ask');
    expect(checkpoint.fresh).toBe(fresh);
    expect(checkpoint.reference(study)).toEqual({ ...study, weights: '/s/epoch_1' });
    checkpoint.forget();
    expect(checkpoint.reference(study)).toEqual(study);
    checkpoint.judge(answer('epoch_2'), study, 'ask');
    expect(checkpoint.fresh).toBeNull();
  });

  it('is shown at once when the person wishes so, but after the answer that is on its way', () => {
    const checkpoint = new PanelCheckpoint();
    checkpoint.onDisk(onDisk('epoch_2'));
    expect(checkpoint.judge(answer('epoch_1', true, false), study, 'always')).toBe('stay');
    expect(checkpoint.judge(answer('epoch_1'), study, 'always')).toBe('renew');
    expect(checkpoint.judge(answer('epoch_2'), study, 'always')).toBe('stay');
  });

  it('is nothing to a panel whose person wants none, or chose another', () => {
    const checkpoint = new PanelCheckpoint();
    checkpoint.onDisk(onDisk('epoch_2'));
    expect(checkpoint.judge(answer('epoch_1'), study, 'never')).toBe('stay');
    expect(checkpoint.fresh).toBeNull();
    const chosen = { ...study, weights: '/s/epoch_1' };
    expect(checkpoint.judge(answer('epoch_1'), chosen, 'always')).toBe('stay');
    expect(checkpoint.fresh).toBeNull();
  });

  it('is no new one when only its time changed', () => {
    const checkpoint = new PanelCheckpoint();
    checkpoint.onDisk(onDisk('epoch_1'));
    checkpoint.judge(answer('epoch_1', false), study, 'ask');
    expect(checkpoint.fresh).toBeNull();
    expect(checkpoint.reference(study)).toEqual(study);
  });

  it('mends a panel that had none, once', () => {
    const checkpoint = new PanelCheckpoint();
    const failure = { kind: 'input', message: 'none is complete', field: 'follow' } as const;
    expect(checkpoint.judge(failed(failure), study, 'never')).toBe('stay');
    checkpoint.onDisk(onDisk('epoch_1'));
    expect(checkpoint.judge(failed(failure), study, 'never')).toBe('renew');
    expect(checkpoint.judge(failed(failure), study, 'never')).toBe('stay');
    expect(checkpoint.judge(failed({ kind: 'input', message: 'image' }), study, 'ask')).toBe('stay');
  });
});
