/**
 * The picture that a panel opens with: what the last panel that was opened in the same way showed first. It is not shown where
 * a file it was made of is another now, and taken back where the engine, which is asked anyway, says something else.
 */
import type { OpeningPicture } from '../../protocol/openingPicture';
import type { StudyReference } from '../../protocol/study';
import type { Answer } from './answer';
import { answerFingerprint } from './answerFingerprint';
import { fileStamp } from './fileStamp';
import type { KeptPicture, OpeningPictures } from './openingPictures';

/** Longest wait for the file system, milliseconds. VS Code needs longer to make room for a page. */
const patience = 50;

/** How a panel is opened. */
export interface Occasion {
  readonly image: string;
  readonly study: StudyReference;
  /** Classes the person asked for. */
  readonly classes: readonly string[] | null;
  /** Settings that an answer depends on. */
  readonly choices: Readonly<Record<string, unknown>>;
}

async function stamps(paths: Iterable<string>): Promise<ReadonlyMap<string, string>> {
  return new Map(await Promise.all([...paths].map(async (path) => [path, await fileStamp(path)] as const)));
}

async function unchanged(files: ReadonlyMap<string, string>): Promise<boolean> {
  const now = await stamps(files.keys());
  return [...files].every(([path, stamp]) => now.get(path) === stamp);
}

export class PanelPicture {
  readonly #pictures: OpeningPictures;
  readonly #occasion: () => Occasion;
  readonly #takeBack: () => void;
  /** What the panel may open with, until the engine has said that it is right; null: nothing. */
  #kept: KeptPicture | null;
  #refused = false;
  /** The answer that is complete, and the files it was made of, as they were then. */
  #answered: { readonly answer: Answer; readonly files: Promise<ReadonlyMap<string, string>> } | null = null;
  /** Null: there is none. It becomes null where it must not be shown. */
  readonly coming: Promise<OpeningPicture | null> | null;

  /** @param takeBack the picture is on the page, and wrong */
  constructor(pictures: OpeningPictures, occasion: () => Occasion, takeBack: () => void) {
    this.#pictures = pictures;
    this.#occasion = occasion;
    this.#takeBack = takeBack;
    const kept = pictures.get(this.#key());
    this.#kept = kept;
    this.coming = kept && this.#checked(kept);
  }

  /** The panel is to show something else than it would by itself. */
  refuse(): void {
    if (this.#kept === null) return;
    this.#kept = null;
    this.#refused = true;
    this.#takeBack();
  }

  /** The answer has grown. */
  told(answer: Answer): void {
    if (!answer.finished) return;
    const { header } = answer;
    const { reference } = answer.opening;
    this.#answered = null;
    if (this.#kept && answerFingerprint(answer) !== this.#kept.fingerprint) {
      this.#pictures.drop(this.#key());
      this.refuse();
    }
    this.#kept = null;
    if (!header || !answer.done) return;
    const { checkpoint, bank, otherFiles } = header;
    const study = 'file' in reference ? reference.file : reference.checkpoint;
    const paths = [answer.opening.image, study, checkpoint.path, ...(bank ? [bank.path] : []), ...otherFiles];
    this.#answered = { answer, files: stamps(paths) };
  }

  /** @param request the page's answer that the picture shows; of an older one nothing is kept */
  async keep(request: number, picture: OpeningPicture): Promise<void> {
    const { answer, files } = this.#answered ?? {};
    if (answer?.request !== request || !files) return;
    const fingerprint = answerFingerprint(answer);
    if (fingerprint !== null) this.#pictures.keep(this.#key(), { picture, fingerprint, files: await files });
  }

  #key(): string {
    const { image, study, classes, choices } = this.#occasion();
    return JSON.stringify([image, study, classes, choices]);
  }

  async #checked(kept: KeptPicture): Promise<OpeningPicture | null> {
    // Where this process was busy all the time, the answers are here, but nobody has looked at them yet.
    const late = new Promise<false>((resolve) => {
      setTimeout(() => setImmediate(() => resolve(false)), patience);
    });
    const fresh = await Promise.race([unchanged(kept.files), late]);
    if (fresh && !this.#refused) return kept.picture;
    this.#kept = null;
    return null;
  }
}
