import { describe, expect, it } from 'vitest';
import type { ToImagePanel } from '../../../src/protocol/imagePanel';
import {
  emptyPanelState,
  receive,
  type StateMessage,
} from '../../../src/webview/imagePanel/model/panelState';
import { restoreViewState } from '../../../src/webview/imagePanel/model/viewState';
import { syntheticHeader, syntheticScale, syntheticTimings } from './syntheticExplanation';

const header = syntheticHeader();
const opening = (request: number, keep = false): StateMessage => ({
  type: 'opening',
  request,
  image: '/demo/JPEGImages/val_0001.jpg',
  study: 'demo',
  reference: { file: '/demo/lpcam.json' },
  keep,
});
const scale = (request: number, at: number): StateMessage => ({
  type: 'scale',
  request,
  maps: syntheticScale(header, at),
});
const play = (...messages: StateMessage[]) => messages.reduce(receive, emptyPanelState);

describe('What arrives in the panel', () => {
  it('is shown from the first scale on and refined by the others', () => {
    const first = play(opening(1), { type: 'header', request: 1, header }, scale(1, 1));
    expect(first.explanation?.scales.map((maps) => maps.scale)).toEqual([1]);
    expect(first.explanation?.timings).toBeNull();
    const done: StateMessage = { type: 'done', request: 1, timings: syntheticTimings, notices: [] };
    const all = receive(receive(first, scale(1, 0.5)), done);
    expect(all.explanation?.scales.map((maps) => maps.scale)).toEqual([1, 0.5]);
    expect(all.explanation?.timings).toEqual(syntheticTimings);
  });

  it('is forgotten when it belongs to an older request', () => {
    const state = play(opening(1), opening(2), { type: 'header', request: 1, header }, scale(1, 1));
    expect(state.explanation).toBeNull();
    const failure = { kind: 'engine', message: 'gone' } as const;
    expect(receive(state, { type: 'failed', request: 1, failure }).failure).toBeNull();
  });

  it('replaces what is on the stage only once there is something to show, when it is to be kept', () => {
    const before = play(opening(1), { type: 'header', request: 1, header }, scale(1, 1));
    const fresh = syntheticHeader({ mask: false });
    const waiting = receive(receive(before, opening(2, true)), { type: 'header', request: 2, header: fresh });
    expect(waiting.explanation).toBe(before.explanation);
    const shown = receive(waiting, scale(2, 1));
    expect(shown.explanation?.header).toBe(fresh);
    expect(shown.explanation?.scales).toHaveLength(1);
  });

  it('drops the old image at once when it is not to be kept', () => {
    const before = play(opening(1), { type: 'header', request: 1, header }, scale(1, 1));
    expect(receive(before, opening(2)).explanation).toBeNull();
  });

  it('keeps what is there when the rest fails', () => {
    const failure = { kind: 'engine', message: 'The engine crashed.' } as const;
    const state = play(opening(1), { type: 'header', request: 1, header }, scale(1, 1), {
      type: 'failed',
      request: 1,
      failure,
    });
    expect(state.failure).toEqual(failure);
    expect(state.explanation?.scales).toHaveLength(1);
    expect(receive(state, opening(2, true)).failure).toBeNull();
  });

  it('is refused when maps, mask or picture do not have the size announced', () => {
    const started = play(opening(1), { type: 'header', request: 1, header });
    const maps = { ...syntheticScale(header, 1), cam: new Float32Array(3) };
    expect(() => receive(started, { type: 'scale', request: 1, maps })).toThrow(
      /Scale 1: "cam" has 3 values/,
    );
    const image = { ...header.image, rgb: new Uint8Array(3) };
    const wrong: ToImagePanel = { type: 'header', request: 1, header: { ...header, image } };
    expect(() => receive(play(opening(1)), wrong)).toThrow(/320 x 236 RGB needs 226560/);
    const mask = { path: '/m.png', labels: new Uint8Array(4) };
    const other: ToImagePanel = { type: 'header', request: 1, header: { ...header, mask } };
    expect(() => receive(play(opening(1)), other)).toThrow(/The mask \/m.png has 4 labels/);
  });

  it('shows progress whatever request runs', () => {
    const progress = { stage: 'Clustering boat (3 of 6)', done: 1, total: 2 };
    expect(play({ type: 'progress', progress }).progress).toEqual(progress);
  });
});

describe('What a person chose', () => {
  it('comes back after a reload', () => {
    const kept = {
      ...restoreViewState(undefined),
      threshold: 0.42,
      panes: ['seed', 'mask'],
      switches: { 7: false },
    };
    expect(restoreViewState(JSON.parse(JSON.stringify(kept)))).toEqual(kept);
  });

  it('loses only what is broken in it', () => {
    const restored = restoreViewState({
      threshold: 'high',
      opacity: 0.25,
      panes: ['cam'],
      zoom: { scale: -1 },
    });
    expect(restored).toEqual({ ...restoreViewState(undefined), opacity: 0.25 });
  });

  it('starts anew when nothing of it can be read', () => {
    expect(restoreViewState('nonsense')).toEqual(restoreViewState({}));
  });
});
