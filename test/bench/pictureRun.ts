/** One image from request to full map, as a panel experiences it. */
import { camOf, classPrototypes, lpcamOf } from '../../src/engine/classMaps';
import { engineMethods } from '../../src/protocol/engine';
import type { ExplanationHeader, ScaleMaps, Timings } from '../../src/protocol/explanation';
import type { EngineProcess } from './engineProcess';

/** Milliseconds. */
export interface PictureRun {
  /** From the request to the maps of scale 1, ready to draw. */
  readonly firstMap: number;
  /** From the request to the maps of all scales, ready to draw. */
  readonly fullMap: number;
  readonly decode: number;
  readonly resize: number;
  readonly network: number;
  /** Small maps to CAM and LPCAM of every class at the image's size. */
  readonly aggregate: number;
  /** What the engine took besides: labels, mask, waiting between scales. */
  readonly engineRest: number;
  /** Everything outside the engine: serialising, the pipe, validating. */
  readonly transfer: number;
}

export interface PictureFacts {
  readonly header: ExplanationHeader;
  readonly run: PictureRun;
}

/** Aggregates what is there, as the panel does after each scale; gives the milliseconds. */
function aggregate(header: ExplanationHeader, scales: readonly ScaleMaps[]): number {
  const began = performance.now();
  for (const [position, prototypes] of classPrototypes(header).entries()) {
    camOf(header, scales, position, { size: 'highRes', plain: false });
    if (header.bank !== null) lpcamOf(header, scales, prototypes, { size: 'highRes', plain: false });
  }
  return performance.now() - began;
}

function engineShares({ decode, resize, network, total }: Timings) {
  return { decode, resize, network, engineRest: total - decode - resize - network };
}

export async function pictureRun(engine: EngineProcess, study: string, image: string): Promise<PictureFacts> {
  const { events, result, began, ended } = await engine.request('explain', {
    study: { file: study },
    image,
    classes: null,
    deviceChoice: null,
  });
  const scales: ScaleMaps[] = [];
  let header: ExplanationHeader | undefined;
  let firstScale = ended;
  for (const { at, value } of events) {
    const event = engineMethods.explain.event.parse(value);
    if (event.type === 'header') header = event.header;
    else {
      if (scales.length === 0) firstScale = at;
      scales.push(event.maps);
    }
  }
  const [first] = scales;
  if (header === undefined || first === undefined) throw new Error(`${image}: the engine sent no maps.`);
  const aggregateFirst = aggregate(header, [first]);
  const aggregateAll = aggregate(header, scales);
  const shares = engineShares(result.timings);
  return {
    header,
    run: {
      ...shares,
      aggregate: aggregateAll,
      firstMap: firstScale - began + aggregateFirst,
      fullMap: ended - began + aggregateAll,
      transfer: ended - began - result.timings.total,
    },
  };
}
