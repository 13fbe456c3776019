import { describe, expect, it } from 'vitest';
import {
  fitHeader,
  withCentre,
  withChange,
  withoutSelection,
  withSelection,
} from '../../../src/webview/imagePanel/model/viewChanges';
import { bankIdentity } from '../../../src/webview/imagePanel/model/explanation';
import { initialViewState } from '../../../src/webview/imagePanel/model/viewState';
import { syntheticHeader } from './syntheticExplanation';
import { testScene } from './testScene';

const header = syntheticHeader();
const chosen = () => ({ ...initialViewState(), bank: bankIdentity(header), switches: { 24: false } });

function prototype(id: number) {
  const found = testScene().active.class.find(({ centre }) => centre.id === id);
  if (!found) throw new Error(`no prototype ${id}`);
  return found;
}

describe('Selecting a prototype', () => {
  it('shows its map in the active pane, and the view before it again afterwards', () => {
    const selected = withSelection(chosen(), prototype(24));
    expect(selected.panes).toEqual(['cam', 'prototype']);
    expect(withSelection(selected, prototype(25))).toMatchObject({ selected: 25, before: 'lpcam' });
    expect(withoutSelection(selected)).toMatchObject({ selected: null, panes: ['cam', 'lpcam'] });
  });

  it('ends with another class, not with the same one chosen again', () => {
    const selected = withSelection({ ...chosen(), className: 'boat' }, prototype(24));
    expect(withChange(selected, { className: 'boat' }).selected).toBe(24);
    expect(withChange(selected, { className: 'dog' }).selected).toBeNull();
  });
});

describe('A prototype named from outside', () => {
  const centreOf = (classIndex: number, set: string, place: number) => {
    const found = header.centres.filter((one) => one.classIndex === classIndex && one.set === set)[place];
    if (!found) throw new Error('no such centre');
    return found.id;
  };

  it('is shown in its class, whichever class was shown before', () => {
    const id = centreOf(4, 'foreground', 0);
    const view = withCentre({ ...chosen(), className: 'boat' }, header, id);
    expect(view).toMatchObject({ className: 'dog', selected: id, panes: ['cam', 'prototype'] });
    expect(view?.rejectedOpen).toBe(false);
  });

  it('unfolds the rejected centres when it is one', () => {
    expect(withCentre(chosen(), header, centreOf(4, 'foreground', 11))?.rejectedOpen).toBe(true);
  });

  it('changes nothing where the image is not explained for its class', () => {
    expect(withCentre(chosen(), header, 9999)).toBeNull();
  });
});

describe('Another bank', () => {
  it('makes switches mean nothing, and ends a selection it does not have', () => {
    expect(fitHeader(chosen(), header, false).switches).toEqual({ 24: false });
    expect(fitHeader({ ...chosen(), bank: 'another' }, header, false).switches).toEqual({});
    expect(fitHeader({ ...chosen(), selected: 24 }, header, false).selected).toBe(24);
    expect(fitHeader({ ...chosen(), selected: 999 }, header, false).selected).toBeNull();
  });

  it('puts a first person without a bank before the CAM', () => {
    const bare = syntheticHeader({ bank: false });
    expect(fitHeader(initialViewState(), bare, true).active).toBe(0);
    expect(fitHeader(initialViewState(), bare, false).active).toBe(1);
  });
});
