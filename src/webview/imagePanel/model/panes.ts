/** The panes of the stage: two, or three while two seeds are compared. Pure. */
import type { ViewName, ViewState } from './viewState';

/** Views of the comparison of two seeds, as they lie side by side. */
export const comparisonViews = ['seedA', 'seedB', 'seedDifference'] as const satisfies readonly ViewName[];
export type ComparisonView = (typeof comparisonViews)[number];

export function isComparisonView(view: ViewName): view is ComparisonView {
  return (comparisonViews as readonly ViewName[]).includes(view);
}

export type PaneIndex = 0 | 1 | 2;
export const paneIndices: readonly PaneIndex[] = [0, 1, 2];

type Panes = Pick<ViewState, 'panes' | 'active'>;

/** The pane that tabs and shortcuts act on. */
export function activePane({ panes, active }: Panes): PaneIndex {
  return active < panes.length ? active : 1;
}

export function viewOfPane({ panes }: Pick<Panes, 'panes'>, which: PaneIndex): ViewName {
  return panes[which] ?? 'image';
}

export function activeView(view: Panes): ViewName {
  return viewOfPane(view, activePane(view));
}

/** Panes of which the active one shows another view. */
export function withActiveView(view: Panes, name: ViewName): ViewName[] {
  return view.panes.map((shown, which) => (which === activePane(view) ? name : shown));
}

/** Seed A, seed B and their difference side by side, which is the one to look at. */
export function withComparison(view: ViewState, className: string | null): ViewState {
  return {
    ...view,
    panes: [...comparisonViews],
    active: 2,
    split: true,
    className: className ?? view.className,
  };
}

/** The panes without the comparison's views, which have nothing to show any more. */
export function withoutComparison(view: ViewState): ViewState {
  if (!view.panes.some(isComparisonView) && view.panes.length === 2) return view;
  const [first = 'cam', second = 'lpcam'] = view.panes.filter((name) => !isComparisonView(name));
  const panes: ViewName[] = first === 'lpcam' && second === 'lpcam' ? ['cam', second] : [first, second];
  return { ...view, panes, active: 1, split: null };
}
