/** What the checkpoint editor asks of its pages. */

export interface EditorPage {
  /** The page came to the front or left it; hidden pages need not draw. */
  setVisible(visible: boolean): void;
}
