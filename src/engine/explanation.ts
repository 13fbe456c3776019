/** An image's explanation as a whole, for callers that wait for all scales. */
import type { Notice } from '../lpcam/notice';
import type { EngineEvent, EngineParams, EngineResult } from '../protocol/engine';
import type { ExplanationHeader, ScaleMaps, Timings } from '../protocol/explanation';
import type { NetworkBatch } from './explain/networkRun';

export interface Explanation {
  readonly header: ExplanationHeader;
  readonly scales: readonly ScaleMaps[];
  readonly timings: Timings;
  /** Of the header and of the end. */
  readonly notices: readonly Notice[];
}

/** The engine, as far as explaining goes. */
export interface Explainer {
  explain(
    params: EngineParams<'explain'>,
    emit: (event: EngineEvent<'explain'>) => void,
    signal: AbortSignal,
    batch?: NetworkBatch | null,
  ): Promise<EngineResult<'explain'>>;
}

/**
 * Runs every scale of one image. Throws what the engine throws.
 * @param batch other images that are run over a data set at the same time
 */
export async function explainWhole(
  engine: Explainer,
  params: EngineParams<'explain'>,
  signal: AbortSignal,
  batch: NetworkBatch | null = null,
): Promise<Explanation> {
  let header: ExplanationHeader | undefined;
  const scales: ScaleMaps[] = [];
  const { timings, notices } = await engine.explain(
    params,
    (event) => {
      if (event.type === 'header') header = event.header;
      else scales.push(event.maps);
    },
    signal,
    batch,
  );
  if (header === undefined) throw new Error('The engine explained an image without a header.');
  return { header, scales, timings, notices: [...header.notices, ...notices] };
}
