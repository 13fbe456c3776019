/** What the buttons of the prototype gallery do. */
import type { FromGallery } from '../../protocol/gallery';
import type { StudyReference } from '../../protocol/study';
import { openStudyFile, type PanelCommandParts } from '../panelCommands';

type GalleryCommand = Extract<FromGallery, { type: 'gallery.command' }>['command'];

export async function runGalleryCommand(
  study: StudyReference,
  command: Exclude<GalleryCommand, 'retry' | 'showLog'>,
  parts: Pick<PanelCommandParts, 'clustering' | 'creator'>,
): Promise<void> {
  switch (command) {
    case 'cluster':
      return parts.clustering.cluster(study);
    case 'cancel':
      parts.clustering.cancel(study);
      return;
    case 'openStudyFile':
      return openStudyFile(study, parts);
  }
}
