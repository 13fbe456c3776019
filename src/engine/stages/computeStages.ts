/** CAM and LPCAM of one image computed now, as `lpcam seeds` would write them. */
import { mapSize } from '../../lpcam/aggregate';
import type { EngineParams } from '../../protocol/engine';
import type { ComputedStages } from '../../protocol/stages';
import { camOf, classPrototypes, lpcamOf } from '../classMaps';
import { explainWhole, type Explainer } from '../explanation';
import { ownFloats } from '../ownBytes';

/** As seeds are made: at the image's size, by the rule of the study's system. */
const form = { size: 'highRes', plain: false } as const;

/** @throws what the engine's `explain` throws */
export async function computeStages(
  engine: Explainer,
  { study, image, deviceChoice, precisionChoice }: EngineParams<'computeStages'>,
  signal: AbortSignal,
): Promise<ComputedStages> {
  const params = { study, image, classes: null, deviceChoice, precisionChoice };
  const { header, scales, notices } = await explainWhole(engine, params, signal);
  const { height, width } = mapSize(header.image.height, header.image.width, form.size);
  const prototypes = classPrototypes(header);
  const withoutBank = notices.find(({ kind }) => kind === 'no-bank' || kind === 'bank-of-other-checkpoint');
  return {
    height,
    width,
    keys: header.classes.map(({ index }) => index),
    predicted: header.classes.some(({ source }) => source === 'predicted'),
    cam: header.classes.map((_, position) => ownFloats(camOf(header, scales, position, form))),
    lpcam:
      header.bank === null
        ? null
        : prototypes.map((entry) => ownFloats(lpcamOf(header, scales, entry, form).map)),
    lpcamFault: header.bank === null ? (withoutBank?.message ?? 'The study has no prototype bank.') : null,
  };
}
