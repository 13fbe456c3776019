/** Values of the code that stand in for settings of a study. */
import { describe, expect, it } from 'vitest';
import { findNearest } from '../../../src/extension/hyperparameters/followed';
import { defaultNames, trialSettingOf } from '../../../src/extension/hyperparameters/hyperParameter';
import type { HyperParameter } from '../../../src/extension/hyperparameters/hyperParameter';
import { studyTrialOf, triedOf, wrongValue } from '../../../src/extension/hyperparameters/studyTrial';
import { isSameReference, studyOfState, withoutTrial } from '../../../src/extension/study/studyReference';

describe('A value of the code', () => {
  it('can be tried under every name that the field uses', () => {
    for (const name of defaultNames) expect(trialSettingOf(name), name).not.toBeNull();
    expect(trialSettingOf('batch_size')).toBeNull();
  });

  it('stands in for a setting where the study could have it', () => {
    expect(studyTrialOf('scales', [1, 0.5])).toEqual({ scales: [1, 0.5] });
    expect(studyTrialOf('scales', 1)).toEqual({ scales: [1] });
    expect(studyTrialOf('k', 8)).toEqual({ k: 8 });
    expect(studyTrialOf('split', 0.25)).toEqual({ split: 0.25 });
    expect(triedOf({ k: 8 }, 'k')).toBe(8);
    expect(triedOf({ k: 8 }, 'split')).toBeNull();
    expect(triedOf(undefined, 'threshold')).toBeNull();
  });

  it('is refused in words where it could not', () => {
    expect(wrongValue('k', 0.5)).toBe('a whole number from 1 to 1000');
    expect(wrongValue('k', [1, 2])).toBe('a whole number from 1 to 1000');
    expect(wrongValue('split', 2)).toBe('a number from 0 to 1');
    expect(wrongValue('scales', [1, 9])).toContain('scales from 0.1 to 4');
    expect(wrongValue('threshold', [0.1])).toBe('a number from 0 to 1');
    for (const fine of [wrongValue('k', 8), wrongValue('scales', [1]), wrongValue('threshold', 0.3)])
      expect(fine).toBeNull();
  });

  it('is found again after a reload, by its name and form, nearest to where it was', () => {
    const at = (place: number, name = 'num_cluster'): HyperParameter => ({
      name,
      form: 'assignment',
      at: place,
      start: place + 14,
      end: place + 15,
      text: '8',
      value: 8,
    });
    const wanted = { name: 'num_cluster', form: 'assignment', at: 100, start: 114 } as const;
    expect(findNearest([at(10), at(100)], wanted)?.at).toBe(100);
    expect(findNearest([at(10), at(90), at(300)], wanted)?.at).toBe(90);
    expect(findNearest([at(100, 'tol')], wanted)).toBeNull();
  });
});

describe('A study with something tried', () => {
  const file = { file: '/s/lpcam.json' };

  it('is another one than with its own settings, and comes back to them', () => {
    expect(isSameReference(file, { ...file, trial: { k: 8 } })).toBe(false);
    expect(isSameReference({ ...file, trial: { k: 8 } }, { ...file, trial: { k: 8 } })).toBe(true);
    expect(isSameReference({ ...file, trial: { k: 8 } }, { ...file, trial: { k: 9 } })).toBe(false);
    expect(withoutTrial({ ...file, weights: '/w.pth', trial: { k: 8 } })).toEqual({
      ...file,
      weights: '/w.pth',
    });
  });

  it('is there again after a reload of the window', () => {
    const state = { version: 1, image: '/a.jpg', classes: null, trial: { scales: [1] } } as const;
    const trial = { scales: [1] };
    expect(studyOfState({ ...state, trial, study: '/s/lpcam.json', checkpoint: null, folder: null })).toEqual(
      { ...file, trial },
    );
    expect(studyOfState({ ...state, trial, study: null, checkpoint: '/c.pth', folder: '/s' })).toEqual({
      checkpoint: '/c.pth',
      folder: '/s',
      trial,
    });
  });
});
