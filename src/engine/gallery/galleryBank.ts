/** A study's bank as the gallery shows it: every centre with its scores, before any gate. */
import { createHash } from 'node:crypto';
import type { PrototypeBank } from '../../lpcam/bank';
import type { Notice } from '../../lpcam/notice';
import type { GalleryBank } from '../../protocol/gallery';
import type { FoundBank } from '../banks';
import type { LoadedCheckpoint } from '../checkpoints';
import { scoresOf } from '../explain/centres';
import type { ResolvedStudy } from '../study/resolvedStudy';
import { plainSettings } from '../summary';

/** Names the centres of a bank as clustering left them; marks do not change it. */
export function bankIdentity({ provenance, centres, classes, channels }: PrototypeBank): string {
  const { created, checkpointHash, identity = null, writer } = provenance;
  const facts = [created, checkpointHash, identity, writer, centres.length, classes, channels];
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex').slice(0, 16);
}

/** Why marks cannot be saved in a bank; null when they can. */
export function whyReadOnly(path: string): string | null {
  return path.endsWith('.safetensors')
    ? null
    : `The bank ${path} is of the published format, which is only read: prototypes cannot be pinned or dropped in it.`;
}

export interface OpenedBank {
  readonly study: ResolvedStudy;
  readonly checkpoint: LoadedCheckpoint;
  readonly classNames: readonly string[];
  readonly found: FoundBank | null;
  readonly stride: number | null;
  readonly notices: readonly Notice[];
}

/** Scores of all centres, [centres, N]. */
function scoreTable(bank: PrototypeBank, { network }: LoadedCheckpoint): Float32Array<ArrayBuffer> {
  const table = new Float32Array(bank.centres.length * network.classes);
  bank.centres.forEach((centre, id) => table.set(scoresOf(centre, network), id * network.classes));
  return table;
}

export function galleryBank({
  study,
  checkpoint,
  classNames,
  found,
  stride,
  notices,
}: OpenedBank): GalleryBank {
  const bank = found?.bank ?? null;
  return {
    study: study.name,
    classNames: [...classNames],
    gates: plainSettings(study.settings).gates,
    stride,
    bankPath: study.bankPath,
    bank:
      found === null || bank === null
        ? null
        : {
            summary: found.summary,
            identity: bankIdentity(bank),
            readOnly: whyReadOnly(study.bankPath),
            centres: bank.centres.map(({ classIndex, set, size, spread, mark, patches }, id) => ({
              id,
              classIndex,
              set,
              size,
              spread,
              mark,
              patches: patches.map((patch) => ({ ...patch })),
            })),
            scores: scoreTable(bank, checkpoint),
            clustering: bank.provenance.clustering,
            device: bank.provenance.device,
          },
    notices: [...study.notices, ...notices, ...(found?.notices ?? [])],
  };
}
