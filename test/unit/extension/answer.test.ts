import { describe, expect, it } from 'vitest';
import { Answer } from '../../../src/extension/panel/answer';
import { own, ownEvent } from '../../../src/extension/panel/ownBuffers';
import type { ScaleMaps } from '../../../src/protocol/explanation';

const maps: ScaleMaps = {
  scale: 1,
  height: 1,
  width: 1,
  cam: new Float32Array([1]),
  similarity: new Float32Array(0),
  fusion: null,
};
const timings = { decode: 1, resize: 1, network: 1, firstMap: 1, total: 1 };

function answer(): Answer {
  const study = { file: '/data/lpcam.json' };
  return new Answer({
    type: 'opening',
    request: 4,
    image: '/data/a.jpg',
    study: 'data',
    reference: study,
    keep: true,
  });
}

describe('A panel that was hidden', () => {
  it('is told everything again, as if it were new', () => {
    const told = answer();
    told.add({ type: 'scale', request: 4, maps });
    told.add({ type: 'done', request: 4, timings, notices: [] });
    expect(told.replay().map((message) => message.type)).toEqual(['opening', 'scale', 'done']);
    expect(told.replay()[0]).toMatchObject({ keep: false, request: 4 });
  });

  it('knows how far its image is', () => {
    const told = answer();
    expect([told.scales, told.done, told.finished]).toEqual([0, false, false]);
    told.add({ type: 'scale', request: 4, maps });
    told.add({ type: 'failed', request: 4, failure: { kind: 'engine', message: 'It stopped.' } });
    expect([told.scales, told.done, told.finished]).toEqual([1, false, true]);
    expect(told.failure?.message).toBe('It stopped.');
  });
});

describe('Maps on their way to a page', () => {
  it('leave the rest of the message they came in behind', () => {
    const message = new Float32Array([9, 1, 2, 3, 9, 9]).buffer;
    const cam = new Float32Array(message, 4, 3);
    const sent = ownEvent({ type: 'scale', maps: { ...maps, cam } });
    const own = sent.type === 'scale' ? sent.maps.cam : undefined;
    expect(own).toEqual(new Float32Array([1, 2, 3]));
    expect(own?.buffer.byteLength).toBe(12);
  });

  it('are not copied without need', () => {
    expect(own(maps.cam)).toBe(maps.cam);
  });
});
