/** Asks the engine what a study says, and underlines what is wrong with its file. */
import type { StudyReference, StudySummary } from '../../protocol/study';
import type { EngineClient } from '../client/engineClient';
import type { Outcome } from '../client/outcome';
import type { StudyDiagnostics } from './studyDiagnostics';
import { studyFile, studyName } from './studyReference';

export class StudyReader {
  constructor(
    private readonly engine: EngineClient,
    private readonly diagnostics: StudyDiagnostics,
  ) {}

  async read(study: StudyReference, signal?: AbortSignal): Promise<Outcome<StudySummary>> {
    const outcome = await this.engine.request(
      'openStudy',
      { study },
      { subject: studyName(study), ...(signal && { signal }) },
    );
    await this.judge(study, outcome);
    return outcome;
  }

  /** Underlines a failure at the study's field, or removes the underline, after any request about a study. */
  async judge(study: StudyReference, outcome: Outcome<unknown>): Promise<void> {
    const file = studyFile(study);
    if (file === null) return;
    if (outcome.ok) this.diagnostics.clear(file);
    else await this.diagnostics.report(file, outcome.failure);
  }
}
