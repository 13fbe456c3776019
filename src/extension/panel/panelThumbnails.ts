/** Pictures of prototypes' patches for an image panel's page, as long as that page is loaded. */
import type { FromImagePanel, ToImagePanel } from '../../protocol/imagePanel';
import type { StudyReference } from '../../protocol/study';
import type { EngineClient } from '../client/engineClient';
import type { Log } from '../client/engineProcess';
import { studyName } from '../study/studyReference';
import { own } from './ownBuffers';

export interface PanelThumbnailsHost {
  readonly engine: EngineClient;
  readonly log: Log;
  readonly study: () => StudyReference;
  readonly post: (message: ToImagePanel) => void;
}

export class PanelThumbnails {
  readonly #host: PanelThumbnailsHost;
  #page = new AbortController();

  constructor(host: PanelThumbnailsHost) {
    this.#host = host;
  }

  /** The page is gone, or another one is there: what the old one asked for is dropped. */
  forgetPage(): void {
    this.#page.abort();
    this.#page = new AbortController();
  }

  async answer(asked: Extract<FromImagePanel, { type: 'thumbnails' }>): Promise<void> {
    const { ticket, patches, size, crop } = asked;
    const { engine, log, post } = this.#host;
    const study = this.#host.study();
    const { signal } = this.#page;
    const outcome = await engine.request(
      'thumbnails',
      { study, patches, size, crop },
      { subject: studyName(study), signal },
    );
    if (signal.aborted) return;
    if (!outcome.ok) log('warn', `No pictures of patches: ${outcome.failure.message}`);
    const crops = outcome.ok ? outcome.value.crops.map((one) => one && own(one)) : patches.map(() => null);
    post({ type: 'thumbnails', ticket, size, crops });
  }
}
