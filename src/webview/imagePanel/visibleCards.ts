/** Tells when a prototype's card comes into view, so that its patches are asked for only then. */

export class VisibleCards {
  readonly #observer: IntersectionObserver;

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

  /** For lit's `ref`: the same function every time, so that an element is observed once. */
  readonly watch = (element: Element | undefined): void => {
    if (element) this.#observer.observe(element);
  };
}
