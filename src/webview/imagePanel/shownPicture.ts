/** The kept picture that a page's HTML may have: shown where it fits, until the page has drawn the same. */

const find = () => document.getElementById('opening-picture');

/** Puts an element where its data say. */
function place(element: HTMLElement): void {
  element.style.left = `${element.dataset['left']}px`;
  element.style.top = `${element.dataset['top']}px`;
}

/** @param wanted false: the page shows something else, or will */
export function showOpeningPicture(wanted: boolean): void {
  const section = find();
  if (!section) return;
  const fits =
    Number(section.dataset['width']) === window.innerWidth &&
    Number(section.dataset['height']) === window.innerHeight &&
    Number(section.dataset['ratio']) === window.devicePixelRatio;
  if (!wanted || !fits) {
    section.remove();
    return;
  }
  for (const element of section.querySelectorAll<HTMLElement>('[data-left]')) place(element);
  section.hidden = false;
}

/** What the page has drawn below the picture. */
export interface Drawn {
  /** All that stays: nothing is reduced, nothing is missing. */
  readonly whole: boolean;
  /** The same panes may lie at the same places: the picture can stay a moment. */
  readonly alike: boolean;
  readonly stages: readonly Element[];
}

/** Takes the picture away once there is no more need of it, at once where the page shows something else. */
export function yieldOpeningPicture({ whole, alike, stages }: Drawn): void {
  const section = find();
  if (!section) return;
  const pictures = [...section.querySelectorAll('img')];
  if (whole || !alike || !pictures.every((picture, i) => coincide(picture, stages[i]))) {
    section.remove();
    return;
  }
  // From now on the page itself says what is shown.
  section.setAttribute('aria-hidden', 'true');
  for (const title of section.querySelectorAll('h2')) title.remove();
}

function coincide(picture: Element, stage: Element | undefined): boolean {
  if (!stage) return false;
  const [a, b] = [picture.getBoundingClientRect(), stage.getBoundingClientRect()];
  return a.left === b.left && a.top === b.top && a.width === b.width && a.height === b.height;
}
