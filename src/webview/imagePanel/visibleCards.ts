/** Tells when a prototype's card comes into view, so that its patches are asked for only then. */

export class VisibleCards {
  readonly #observer: IntersectionObserver;
  readonly #watched = new WeakSet<Element>();

  constructor(onVisible: (id: number) => void) {
    this.#observer = new IntersectionObserver(
      (entries) => {
        for (const { isIntersecting, target } of entries) {
          const id = target instanceof HTMLElement ? target.dataset['id'] : undefined;
          if (isIntersecting && id !== undefined) onVisible(Number(id));
        }
      },
      { rootMargin: '100px' },
    );
  }

  /** For lit's `ref`, which calls a function that several elements share at every drawing. */
  readonly watch = (element: Element | undefined): void => {
    if (!element || this.#watched.has(element)) return;
    this.#watched.add(element);
    this.#observer.observe(element);
  };
}
