/** The names of each study's images, kept so that a line can be scanned without asking anybody. */
import type { StudyReference } from '../../protocol/study';
import type { EngineClient } from '../client/engineClient';
import type { Log } from '../client/engineProcess';
import { studyKey, studyName } from '../study/studyReference';

/** Milliseconds after which a study's folder is looked into again: data sets hardly ever change. */
const fresh = 60_000;

export interface KnownNames {
  readonly names: ReadonlySet<string>;
  /** The study's folder of images. */
  readonly images: string | null;
}

const none: KnownNames = { names: new Set(), images: null };

interface Entry {
  readonly asked: number;
  readonly names: Promise<KnownNames>;
}

export class StudyNames {
  readonly #entries = new Map<string, Entry>();

  constructor(
    private readonly reader: EngineClient,
    private readonly log: Log,
  ) {}

  /** Nothing for no study, and for one that cannot be read, whose fault is told where it is opened. */
  async of(study: StudyReference | null): Promise<KnownNames> {
    if (study === null) return none;
    const key = studyKey(study);
    const kept = this.#entries.get(key);
    if (kept !== undefined && Date.now() - kept.asked < fresh) return kept.names;
    const names = this.#ask(study);
    this.#entries.set(key, { asked: Date.now(), names });
    return names;
  }

  /** A study file was written or selected. */
  forget(): void {
    this.#entries.clear();
  }

  async #ask(study: StudyReference): Promise<KnownNames> {
    const outcome = await this.reader.request('imageNames', { study }, { subject: studyName(study) });
    if (outcome.ok) return { names: new Set(outcome.value.names), images: outcome.value.images };
    this.log('warn', `Image ids are not recognised in texts: ${outcome.failure.message}`);
    return none;
  }
}
