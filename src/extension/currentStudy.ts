/** The study that the status bar names and the tree marks. */
import type { StudyReference } from '../protocol/study';
import type { ImagePanels } from './panel/imagePanels';
import type { Studies } from './study/studies';

/** The study of the image panel that is looked at, else of the file that is open, else the workspace's first. */
export async function currentStudy(panels: ImagePanels, studies: Studies): Promise<StudyReference | null> {
  return panels.shown?.study ?? studies.current();
}
