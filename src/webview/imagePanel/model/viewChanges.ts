/** How choices lead to other choices. Pure: a view state in, a view state out. */
import type { ExplanationHeader } from '../../../protocol/explanation';
import { bankIdentity } from './explanation';
import { prototypesOf, type Prototype } from './prototypes';
import { activeView, withActiveView } from './panes';
import type { ViewState } from './viewState';

/** Ends the selection; panes that showed the prototype go back to the view before it. */
export function withoutSelection(view: ViewState): ViewState {
  const { panes, before } = view;
  return { ...view, selected: null, panes: panes.map((shown) => (shown === 'prototype' ? before : shown)) };
}

/** Shows a prototype's own map in the active pane. */
export function withSelection(view: ViewState, prototype: Pick<Prototype, 'centre'>): ViewState {
  const { before } = view;
  const shown = activeView(view);
  return {
    ...view,
    selected: prototype.centre.id,
    panes: withActiveView(view, 'prototype'),
    before: shown === 'prototype' ? before : shown,
  };
}

/**
 * Shows a centre that somebody outside the panel names, in the class it belongs to.
 * @returns null when the image is not explained for that class
 */
export function withCentre(view: ViewState, header: ExplanationHeader, id: number): ViewState | null {
  const centre = header.centres.find((one) => one.id === id);
  const shown = header.classes.find(({ index }) => index === centre?.classIndex);
  if (!centre || !shown) return null;
  const gates = view.gates ?? header.settings.gates;
  const { rejected } = prototypesOf(header, centre.classIndex, gates, view.switches);
  const rejectedOpen = view.rejectedOpen || rejected.some((one) => one.centre.id === id);
  return withSelection(withChange(view, { className: shown.name, rejectedOpen }), { centre });
}

/** Applies a person's change; a selection belongs to the class it was made in. */
export function withChange(view: ViewState, patch: Partial<ViewState>): ViewState {
  const changed = { ...view, ...patch };
  const otherClass = patch.className !== undefined && patch.className !== view.className;
  return otherClass ? withoutSelection(changed) : changed;
}

/**
 * Choices that fit a header that has arrived: ids mean something else in another bank.
 * @param untouched nobody has chosen anything yet: without a bank the first pane, the CAM, is the one to look at
 */
export function fitHeader(view: ViewState, header: ExplanationHeader, untouched: boolean): ViewState {
  const bank = bankIdentity(header);
  let fitted = bank === view.bank ? view : { ...view, bank, switches: {} };
  const { selected } = fitted;
  if (selected !== null && !header.centres.some((centre) => centre.id === selected)) {
    fitted = withoutSelection(fitted);
  }
  return untouched && !header.bank ? { ...fitted, active: 0 } : fitted;
}
