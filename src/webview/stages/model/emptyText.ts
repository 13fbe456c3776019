/** Why a pane is empty: what was looked for, where, and what would fill it. */
import type { StageReading, StageStrip } from '../../../protocol/stages';

export interface EmptyText {
  readonly why: string;
  /** Paths, relative to the study's folder where they lie in it. */
  readonly looked: readonly string[];
  /** What to do; null: the reason says it. */
  readonly how: string | null;
}

/** As the study file would write it. */
export function fromStudy(path: string, folder: string): string {
  for (const separator of ['/', '\\'])
    if (path.startsWith(folder + separator)) return path.slice(folder.length + 1);
  return path;
}

const fieldOf = ({ name }: StageReading) => (name === 'groundTruth' ? 'dataset.masks' : `stages.${name}`);

export function emptyText(reading: StageReading, { place, study }: StageStrip): EmptyText {
  const { folder, from, lookedIn, lookedFor, file, fault, maker } = reading;
  const short = (path: string) => fromStudy(path, study.folder);
  const field = fieldOf(reading);
  if (file !== null) {
    // Readers name the file first, which stands below anyway.
    const why = fault?.replace(`${file}: `, '') ?? 'The file holds nothing to show.';
    return { why, looked: [short(file)], how: null };
  }
  if (folder !== null)
    return {
      why: `No file of ${place.id} in ${short(folder)}.`,
      looked: lookedFor.map(short),
      how: maker,
    };
  if (from === 'study')
    return {
      why: `The study names a folder that is not there (${field}).`,
      looked: lookedIn.map(short),
      how: maker,
    };
  const where = study.file === null ? 'the study file' : 'lpcam.json';
  return {
    why: lookedIn.length === 0 ? 'No folder is known.' : 'No such folder.',
    looked: lookedIn.map(short),
    how: `${maker} A folder elsewhere is named as ${field} in ${where}.`,
  };
}
