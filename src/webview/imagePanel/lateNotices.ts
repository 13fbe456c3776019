/**
 * Notices as they are shown: a frame after the maps that they come with. A notice that comes or goes moves the stage, whose panes are
 * then drawn in another size; in one frame with the step that brought it, that would be too much.
 */
import type { Notice } from '../../lpcam/notice';

function sameTexts(a: readonly Notice[], b: readonly Notice[]): boolean {
  return a.length === b.length && a.every(({ message }, i) => message === b[i]?.message);
}

export class LateNotices {
  #shown: readonly Notice[] = [];
  #waits = false;

  get shown(): readonly Notice[] {
    return this.#shown;
  }

  /**
   * Takes what is to be said in this frame, and shows it in this one or the next.
   * @param moving maps are on the stage, which would have to be drawn anew
   * @returns whether another frame is needed
   */
  tell(notices: readonly Notice[], moving: boolean): boolean {
    this.#waits = moving && !this.#waits && !sameTexts(notices, this.#shown);
    if (!this.#waits) this.#shown = notices;
    return this.#waits;
  }
}
