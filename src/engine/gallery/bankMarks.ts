/** Marks that a person makes in a bank: pinned and dropped centres, saved in its file. */
import pLimit from 'p-limit';
import type { PrototypeBank } from '../../lpcam/bank';
import { InputError } from '../../lpcam/inputError';
import type { EngineParams, EngineResult } from '../../protocol/engine';
import { readBank, writeBank } from '../bankFile';
import { bankIdentity, whyReadOnly } from './galleryBank';

type Wanted = Pick<EngineParams<'markCentres'>, 'identity' | 'centres' | 'mark'>;
type Marked = EngineResult<'markCentres'>['marked'];

function markedOf(bank: PrototypeBank): Marked {
  return bank.centres.flatMap(({ mark }, id) => (mark === null ? [] : [{ id, mark }]));
}

export class BankMarks {
  /** Each mark reads the file, changes it and writes it: two at once would lose one. */
  readonly #one = pLimit(1);

  /**
   * Marks centres and writes the bank, whole or not at all.
   * @param mark null: the gates decide again
   * @returns every marked centre of the bank
   * @throws InputError when the bank is gone, only read, or was clustered anew since its ids were read
   */
  mark(path: string, wanted: Wanted, classNames: readonly string[]): Promise<Marked> {
    return this.#one(() => this.#mark(path, wanted, classNames));
  }

  async #mark(
    path: string,
    { identity, centres, mark }: Wanted,
    classNames: readonly string[],
  ): Promise<Marked> {
    const readOnly = whyReadOnly(path);
    if (readOnly !== null) throw new InputError(readOnly, { file: path, field: 'bank' });
    const bank = await readBank(path, classNames);
    if (bankIdentity(bank) !== identity)
      throw new InputError(
        `The prototype bank ${path} was clustered anew since it was opened, so its centres are others. Nothing was marked; open it again.`,
        { file: path },
      );
    const unknown = centres.find((id) => id >= bank.centres.length);
    if (unknown !== undefined)
      throw new InputError(
        `The prototype bank ${path} has no centre ${unknown}; it has ${bank.centres.length}, numbered from 0.`,
        {
          file: path,
        },
      );
    const chosen = new Set(centres);
    const changed = bank.centres.some((centre, id) => chosen.has(id) && centre.mark !== mark);
    if (!changed) return markedOf(bank);
    const marked = {
      ...bank,
      centres: bank.centres.map((centre, id) => (chosen.has(id) ? { ...centre, mark } : centre)),
    };
    await writeBank(path, marked).catch((error: unknown) => {
      throw new InputError(
        `The prototype bank ${path} cannot be written: ${String(error)}. Nothing was marked.`,
        {
          file: path,
        },
      );
    });
    return markedOf(marked);
  }
}
