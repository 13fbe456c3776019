/** What the panel knows, and how each message of the host changes it. Pure: no DOM, no clock. */
import type { ExplanationHeader } from '../../../protocol/explanation';
import type { Failure } from '../../../protocol/failure';
import type { FreshCheckpoint, ToImagePanel } from '../../../protocol/imagePanel';
import type { Progress } from '../../../protocol/progress';
import type { ImageSeed } from '../../../protocol/seed';
import type { ComparedFolders, SeedPair } from '../../../protocol/seedPair';
import { checkHeader, checkScale, type Explanation } from './explanation';

type Opening = Extract<ToImagePanel, { type: 'opening' }>;

export interface PanelState {
  /** The newest request; answers to older ones are dropped. */
  readonly request: number;
  readonly opening: Opening | null;
  readonly explanation: Explanation | null;
  /** A header that waits for its first maps while older ones stay on the stage (`keep`). */
  readonly pending: ExplanationHeader | null;
  readonly failure: Failure | null;
  readonly progress: Progress | null;
  /** The study's seed file of the image; null: there is none, or it is on its way. */
  readonly seedFile: ImageSeed | null;
  /** Folders whose seeds of the image are compared; null: none are. */
  readonly compared: ComparedFolders | null;
  /** Their seeds; null while they are being read. */
  readonly seedPair: SeedPair | null;
  /** A newer checkpoint than the one shown. */
  readonly fresh: FreshCheckpoint | null;
}

export const emptyPanelState: PanelState = {
  request: -1,
  opening: null,
  explanation: null,
  pending: null,
  failure: null,
  progress: null,
  seedFile: null,
  compared: null,
  seedPair: null,
  fresh: null,
};

/** Messages that change what is known about the image; the others are the panel's business. */
export type StateMessage = Extract<
  ToImagePanel,
  {
    type:
      | 'opening'
      | 'header'
      | 'scale'
      | 'done'
      | 'failed'
      | 'progress'
      | 'seedFile'
      | 'checkpoint'
      | 'seedPair';
  }
>;

/**
 * The state after a message.
 * @throws Error when maps and header do not fit each other
 */
export function receive(state: PanelState, message: StateMessage): PanelState {
  if (message.type === 'progress') return { ...state, progress: message.progress };
  if (message.type === 'checkpoint') return { ...state, fresh: message.fresh };
  if (message.type === 'seedPair') return { ...state, compared: message.compared, seedPair: message.pair };
  if (message.request < state.request) return state;
  if (message.type === 'opening') {
    return {
      ...state,
      request: message.request,
      opening: message,
      explanation: message.keep ? state.explanation : null,
      pending: null,
      failure: null,
      seedFile: message.keep ? state.seedFile : null,
    };
  }
  if (message.request !== state.request) return state;
  switch (message.type) {
    case 'header': {
      checkHeader(message.header);
      if (state.explanation) return { ...state, pending: message.header };
      return { ...state, explanation: startOf(message.header) };
    }
    case 'scale': {
      const explanation = state.pending ? startOf(state.pending) : state.explanation;
      if (!explanation) return state;
      checkScale(explanation.header, message.maps);
      const scales = [...explanation.scales, message.maps];
      return { ...state, pending: null, explanation: { ...explanation, scales } };
    }
    case 'done': {
      const explanation = state.pending ? startOf(state.pending) : state.explanation;
      if (!explanation) return state;
      const { timings, notices } = message;
      return {
        ...state,
        pending: null,
        explanation: { ...explanation, timings, notices: [...explanation.header.notices, ...notices] },
      };
    }
    case 'seedFile':
      return { ...state, seedFile: message.seedFile };
    case 'failed':
      return { ...state, pending: null, failure: message.failure };
  }
}

function startOf(header: ExplanationHeader): Explanation {
  return { header, scales: [], timings: null, notices: header.notices };
}
