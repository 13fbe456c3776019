/** Marks that go with the centres they were made on, when a bank is replaced. */
import { InputError } from '../../lpcam/inputError';
import type { Notice } from '../../lpcam/notice';
import type { Banks } from '../banks';
import type { OpenedStudy } from '../study/openedStudy';

/** How many centres of a study's bank are marked by hand; none where it cannot be read. */
export async function markedCentres(
  banks: Banks,
  { study, checkpoint, classNames }: OpenedStudy,
): Promise<number> {
  const found = await banks.find(study.bankPath, checkpoint, classNames).catch((error: unknown) => {
    if (!(error instanceof InputError)) throw error;
    return null;
  });
  return found?.bank?.centres.filter(({ mark }) => mark !== null).length ?? 0;
}

/** Says that marks went with the centres they were made on. */
export function marksGone(marked: number): Notice[] {
  if (marked === 0) return [];
  const centres = marked === 1 ? 'one centre that was' : `${marked} centres that were`;
  return [
    {
      kind: 'study',
      message: `The bank that was replaced had ${centres} pinned or dropped by hand; the new centres bear no marks.`,
    },
  ];
}
