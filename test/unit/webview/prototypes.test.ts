import { describe, expect, it } from 'vitest';
import {
  inStripOrder,
  resetSwitches,
  switchAllOn,
  switchOnly,
  switchPrototype,
  type Prototype,
} from '../../../src/webview/imagePanel/model/prototypes';
import { syntheticHeader } from './syntheticExplanation';
import { testScene } from './testScene';

const ids = (prototypes: readonly Prototype[]) => prototypes.map((prototype) => prototype.centre.id);
const find = (scene: ReturnType<typeof testScene>, id: number) => {
  const found = inStripOrder(scene.active).find((prototype) => prototype.centre.id === id);
  if (!found) throw new Error(`no prototype ${id}`);
  return found;
};

describe('The prototypes of a class', () => {
  it('are grouped by the study’s gates, those of highest p first', () => {
    const { active } = testScene();
    expect(ids(active.class)).toEqual([24, 25, 26, 27, 28, 29]);
    expect(active.context.every((p) => p.centre.p > 0.05 && p.centre.p < 0.9)).toBe(true);
    expect(active.class.length + active.context.length + active.rejected.length).toBe(24);
    expect(active.switched).toBe(false);
  });

  it('pass other gates as soon as these move', () => {
    const { active } = testScene({ gates: { class: 0.99, context: [0.5, 0.9] } });
    expect(ids(active.class)).toEqual([24, 25]);
    expect(active.context.every((p) => p.centre.p > 0.5)).toBe(true);
  });

  it('fall back to the best centre, and say so, when none passes', () => {
    const { active } = testScene({ gates: { class: 1, context: [0.05, 0.9] } });
    expect(ids(active.class)).toEqual([24]);
    expect(active.notices).toContain('no-class-prototype');
  });

  it('ignore gates in a bank that was gated before it was published', () => {
    const header = { ...syntheticHeader(), alreadyGated: true };
    const { active } = testScene({ gates: { class: 1, context: [0.5, 0.5] } }, { header });
    expect([active.class.length, active.context.length, active.rejected.length]).toEqual([12, 12, 0]);
  });

  it('belong to the class that is shown', () => {
    expect(ids(inStripOrder(testScene({ className: 'dog' }).active)).every((id) => id >= 48)).toBe(true);
  });
});

describe('A switch', () => {
  it('takes a prototype out of LPCAM and puts it back', () => {
    const scene = testScene();
    const off = switchPrototype({}, find(scene, 24), false);
    expect(off).toEqual({ 24: false });
    const without = testScene({ switches: off });
    expect(without.active.classRows).toEqual([1, 2, 3, 4, 5]);
    expect(without.active.switched).toBe(true);
    expect(switchPrototype(off, find(without, 24), true)).toEqual({});
  });

  it('lets a rejected centre take part on its own side', () => {
    const scene = testScene({ switches: { 30: true } });
    expect(find(scene, 30).fate.kind).toBe('rejected');
    expect(scene.active.classRows).toContain(find(scene, 30).row);
  });

  it('can leave one prototype alone among its set', () => {
    const scene = testScene({ switches: { 30: true } });
    const only = testScene({ switches: switchOnly(scene.view.switches, scene.active, find(scene, 26)) });
    expect(only.active.classRows).toEqual([2]);
    expect(only.active.contextRows).toEqual(scene.active.contextRows);
  });

  it('goes back for all at once, of this class only', () => {
    const switches = { 24: false, 25: false, 35: true, 50: false };
    const { active } = testScene({ switches });
    expect(switchAllOn(switches, active)).toEqual({ 35: true, 50: false });
    expect(resetSwitches(switches, active)).toEqual({ 50: false });
  });
});
