/** A scene of the synthetic explanation, as the panel would make it. */
import type { ExplanationHeader } from '../../../src/protocol/explanation';
import { MapCache } from '../../../src/webview/imagePanel/model/mapCache';
import { Maps } from '../../../src/webview/imagePanel/model/maps';
import { Scene } from '../../../src/webview/imagePanel/model/scene';
import { initialViewState, type ViewState } from '../../../src/webview/imagePanel/model/viewState';
import { syntheticHeader, syntheticScale, syntheticTimings } from './syntheticExplanation';

export function testScene(
  view: Partial<ViewState> = {},
  { header = syntheticHeader(), scales = [1, 0.5, 1.5, 2], size = 'highRes' } = {},
): Scene {
  return sceneOf(header, view, scales, size);
}

function sceneOf(
  header: ExplanationHeader,
  view: Partial<ViewState>,
  at: number[],
  size: 'highRes' | 'strided',
) {
  const scales = at.map((scale) => syntheticScale(header, scale));
  const maps = new Maps(header, scales, new MapCache(1e9));
  const explanation = { header, scales, timings: syntheticTimings, notices: header.notices };
  return new Scene(explanation, { ...initialViewState(), ...view }, maps, size);
}
