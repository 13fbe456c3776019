/** A value of the code against the panel's own. */
import { describe, expect, it } from 'vitest';
import type { Trial } from '../../../src/protocol/imagePanel';
import {
  besideTrial,
  choicesOf,
  trialBank,
  valueToRun,
  valueToWrite,
} from '../../../src/webview/imagePanel/model/trial';
import { TrialKeeper } from '../../../src/webview/imagePanel/trialKeeper';
import { testScene } from './testScene';

const trial = (changes: Partial<Trial> = {}): Trial => ({
  name: 'cam_eval_thres',
  setting: 'threshold',
  place: 'train.py:12',
  written: 0.15,
  tried: null,
  source: { document: 'file:///train.py', name: 'cam_eval_thres', form: 'default', at: 0, start: 17 },
  ...changes,
});

describe('Trying a value', () => {
  const scene = testScene();
  const { gates, seeds } = scene.header.settings;

  it('sets the threshold or one gate, and leaves the others', () => {
    expect(choicesOf(scene, 'threshold', 0.15)).toEqual({ threshold: 0.15 });
    expect(choicesOf(scene, 'classGate', 0.7)).toEqual({
      gates: { class: 0.7, context: [...gates.context] },
    });
    expect(choicesOf(scene, 'contextGateLow', 0.1)).toEqual({
      gates: { class: gates.class, context: [0.1, gates.context[1]] },
    });
    expect(choicesOf(scene, 'contextGateHigh', 0.01)).toEqual({
      gates: { class: gates.class, context: [0.01, 0.01] },
    });
  });

  it("is no choice where the value is the study's own", () => {
    expect(choicesOf(scene, 'threshold', seeds.threshold)).toEqual({ threshold: null });
    expect(choicesOf(scene, 'classGate', gates.class)).toEqual({ gates: null });
  });

  it('happens once, when there is something to set, and not again for every edit of the line', () => {
    const keeper = new TrialKeeper();
    keeper.receive({ type: 'trial', trial: trial(), apply: true });
    expect(keeper.take(null)).toBeNull();
    keeper.receive({ type: 'trial', trial: trial({ place: 'train.py:13' }), apply: false });
    expect(keeper.take(scene)).toEqual({ threshold: 0.15 });
    expect(keeper.take(scene)).toBeNull();
    keeper.receive({ type: 'trial', trial: null, apply: false });
    expect([keeper.trial, keeper.take(scene)]).toEqual([null, null]);
  });
});

describe('Writing a value', () => {
  it('is offered once the panel shows another than the line', () => {
    expect(valueToWrite(testScene({ threshold: 0.15 }), trial())).toBeNull();
    expect(valueToWrite(testScene({ threshold: 0.1 + 0.2 }), trial())).toBe(0.3);
    expect(
      valueToWrite(
        testScene({ gates: { class: 0.8, context: [0.05, 0.9] } }),
        trial({ setting: 'classGate' }),
      ),
    ).toBe(0.8);
  });

  it('is not where the line is gone', () => {
    expect(valueToWrite(testScene({ threshold: 0.5 }), trial({ written: null }))).toBeNull();
  });
});

describe('Trying what the network or clustering runs with', () => {
  const scene = testScene();
  const clusters = trial({ setting: 'k', name: 'num_cluster', written: 8, tried: 8 });

  it('sets nothing in the page, which has no such thing, and offers nothing to write', () => {
    const keeper = new TrialKeeper();
    keeper.receive({ type: 'trial', trial: clusters, apply: true });
    expect(keeper.take(scene)).toBeNull();
    expect(keeper.ofGates).toBe(false);
    expect(valueToWrite(scene, clusters)).toBeNull();
  });

  it('is offered anew once the line says another value', () => {
    expect(valueToRun(clusters)).toBeNull();
    expect(valueToRun({ ...clusters, written: 9 })).toBe(9);
    expect(valueToRun({ ...clusters, written: null })).toBeNull();
    const scales = trial({ setting: 'scales', written: [1, 0.5], tried: [1, 0.5] });
    expect(valueToRun(scales)).toBeNull();
    expect(valueToRun({ ...scales, written: [1] })).toEqual([1]);
  });

  it('says whether there is a bank of it, in place of the notice that the study has none', () => {
    const { header } = scene;
    expect(trialBank(clusters, null)).toBeNull();
    expect(trialBank(clusters, { ...header, bank: null })).toBe('none');
    expect(trialBank(clusters, header)).toEqual({ centres: header.bank?.centres });
    expect(trialBank(trial(), header)).toBeNull();
    const notices = [{ kind: 'no-bank', message: 'none' } as const, { kind: 'study', message: 'x' } as const];
    expect(besideTrial(notices, clusters)).toEqual([notices[1]]);
    expect(besideTrial(notices, trial({ setting: 'scales', written: [1] }))).toEqual(notices);
    expect(besideTrial(notices, null)).toEqual(notices);
  });
});
