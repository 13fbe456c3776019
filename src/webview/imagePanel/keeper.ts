/** Keeps what a reload must not lose: what the host needs to open the panel again, and the person's choices. */
import {
  imagePanelStateSchema,
  imagePanelVersion,
  type FromImagePanel,
  type ImagePanelState,
  type ToImagePanel,
  type TrialSource,
} from '../../protocol/imagePanel';
import type { ComparedFolders } from '../../protocol/seedPair';
import type { Host } from '../shared/host';
import { LateKeep } from '../shared/lateKeep';
import { restoreViewState, type ViewState } from './model/viewState';

export class Keeper {
  /** Choices of an earlier panel were found. */
  readonly restored: boolean;
  readonly #restoredView: ViewState;
  #kept: Omit<ImagePanelState, 'version'>;
  readonly #late = new LateKeep(() => this.#now());

  /** @param view the choices as they are when they are kept */
  constructor(
    private readonly host: Host<FromImagePanel>,
    private readonly view: () => ViewState,
  ) {
    const kept = imagePanelStateSchema.safeParse(host.kept);
    this.restored = kept.success;
    this.#restoredView = restoreViewState(kept.success ? kept.data['view'] : undefined);
    const { image = '', study = null, checkpoint = null, folder = null, classes = null } = kept.data ?? {};
    const { origin, weights, bank, compared, trial, code } = kept.data ?? {};
    this.#kept = { image, origin, study, checkpoint, folder, classes, weights, bank, compared, trial, code };
  }

  /** The choices to begin with. */
  get restoredView(): ViewState {
    return this.#restoredView;
  }

  /**
   * What is kept follows the host.
   * @returns whether it is the same image as before
   */
  open({ image, origin, reference }: Extract<ToImagePanel, { type: 'opening' }>): boolean {
    const same = image === this.#kept.image;
    this.#kept = {
      image,
      origin,
      study: 'file' in reference ? reference.file : null,
      checkpoint: 'file' in reference ? null : reference.checkpoint,
      folder: 'file' in reference ? null : reference.folder,
      classes: same ? this.#kept.classes : null,
      weights: 'file' in reference ? reference.weights : undefined,
      bank: 'file' in reference ? reference.bank : undefined,
      compared: same ? this.#kept.compared : undefined,
      trial: reference.trial,
      code: this.#kept.code,
    };
    this.soon();
    return same;
  }

  /** The classes the person asked for; null: the image's own. */
  keepClasses(classes: readonly string[] | null): void {
    this.#kept = { ...this.#kept, classes: classes && [...classes] };
    this.soon();
  }

  /** The folders whose seeds are compared; null: none are. */
  keepCompared(compared: ComparedFolders | null): void {
    this.#kept = { ...this.#kept, compared: compared ?? undefined };
    this.soon();
  }

  /** Where in the code a tried value stands; null: none is tried. */
  keepCode(code: TrialSource | null): void {
    this.#kept = { ...this.#kept, code: code ?? undefined };
    this.soon();
  }

  soon(): void {
    this.#late.soon();
  }

  #now(): void {
    // Before the host has named an image there is nothing to come back to.
    if (this.#kept.image !== '')
      this.host.keep({ version: imagePanelVersion, ...this.#kept, view: this.view() });
  }
}
