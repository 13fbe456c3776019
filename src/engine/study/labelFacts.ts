/**
 * What follows from the labels of a whole list, found once for as long as list and labels are those that were read: a study is
 * resolved for every image of a run, and a list may hold millions.
 */

type Ids = readonly string[];
type Labels = ReadonlyMap<string, readonly number[]>;

export interface LabelFacts {
  /** Ids without labels. */
  readonly unlabelled: number;
  /** Classes that any of the ids is labelled with. */
  readonly classes: ReadonlySet<number>;
}

const facts = new WeakMap<Labels, WeakMap<Ids, LabelFacts>>();
const largest = new WeakMap<Labels, number>();
const allIds = new WeakMap<Labels, Ids>();

function remembered<K extends object, V>(known: WeakMap<K, V>, key: K, make: () => V): V {
  const found = known.get(key) ?? make();
  known.set(key, found);
  return found;
}

/** Of the ids of a list and the labels of its data set. */
export function labelFacts(ids: Ids, labels: Labels): LabelFacts {
  const ofLabels = remembered(facts, labels, () => new WeakMap<Ids, LabelFacts>());
  return remembered(ofLabels, ids, () => {
    const classes = new Set<number>();
    let unlabelled = 0;
    for (const id of ids) {
      const own = labels.get(id);
      if (own === undefined) unlabelled++;
      else for (const classIndex of own) classes.add(classIndex);
    }
    return { unlabelled, classes };
  });
}

/** The largest class number of any label; -1 where there is none. */
export function largestClass(labels: Labels): number {
  return remembered(largest, labels, () => {
    let most = -1;
    for (const indices of labels.values()) for (const index of indices) most = Math.max(most, index);
    return most;
  });
}

/** All labelled ids, in the labels' order. */
export function labelledIds(labels: Labels): Ids {
  return remembered(allIds, labels, () => [...labels.keys()]);
}
