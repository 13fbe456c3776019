/** A scene of the synthetic explanation, as the panel would make it. */
import type { ReducedSize } from '../../../src/lpcam/aggregate';
import type { ExplanationHeader } from '../../../src/protocol/explanation';
import { MapCache } from '../../../src/webview/imagePanel/model/mapCache';
import { Maps } from '../../../src/webview/imagePanel/model/maps';
import { Scene } from '../../../src/webview/imagePanel/model/scene';
import { initialViewState, type ViewState } from '../../../src/webview/imagePanel/model/viewState';
import { syntheticHeader, syntheticScale, syntheticTimings } from './syntheticExplanation';

interface Stage {
  readonly header?: ExplanationHeader;
  readonly scales?: readonly number[];
  readonly size?: ReducedSize;
}

export function testScene(view: Partial<ViewState> = {}, stage: Stage = {}): Scene {
  const { header = syntheticHeader(), scales: at = [1, 0.5, 1.5, 2], size = 'highRes' } = stage;
  const scales = at.map((scale) => syntheticScale(header, scale));
  const maps = new Maps(header, scales, new MapCache(1e9), view.plain);
  const explanation = { header, scales, timings: syntheticTimings, notices: header.notices };
  return new Scene(explanation, { ...initialViewState(), ...view }, maps, size);
}
