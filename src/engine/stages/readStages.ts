/** All stages of one image, as they lie in the study's folders. Reads files; runs nothing. */
import { readFile, stat } from 'node:fs/promises';
import { InputError } from '../../lpcam/inputError';
import { madeStages, stageMaker } from '../../lpcam/stages';
import { systemTitle } from '../../lpcam/systems';
import type { EngineParams } from '../../protocol/engine';
import type { StageStrip } from '../../protocol/stages';
import { ownBytes } from '../ownBytes';
import { labelsOf } from '../study/images';
import { resolveStudy } from '../study/resolve';
import { imagePlace } from './imagePlace';
import { readGroundTruth, readStage } from './readStage';
import { stageFolders } from './stageFolders';

/** The picture goes to the page as the file has it, which decodes it: nothing native runs here. */
const mostPictureBytes = 1 << 28;

async function picture(path: string): Promise<Uint8Array<ArrayBuffer>> {
  const stats = await stat(path).catch(() => null);
  if (!stats?.isFile()) throw new InputError(`There is no image ${path}.`, { file: path });
  if (stats.size > mostPictureBytes)
    throw new InputError(`The image ${path} is larger than 256 MiB; shrink it first.`, { file: path });
  return ownBytes(new Uint8Array(await readFile(path)));
}

/**
 * @throws InputError when the study or the image cannot be had; a stage that cannot be read says so in its place
 */
export async function readStages(
  { study: reference, image: wanted }: EngineParams<'readStages'>,
  signal: AbortSignal,
): Promise<StageStrip> {
  const study = await resolveStudy(reference);
  signal.throwIfAborted();
  const place = imagePlace(study, wanted);
  const encoded = await picture(place.image);
  const labels = labelsOf(study, place.id);
  const image = { id: place.id, hint: { classes: study.classes?.length ?? null, labels } };
  const folders = stageFolders(study);
  const system = study.system?.name ?? null;
  const stages: StageStrip['stages'] = [];
  for (const stage of madeStages) {
    signal.throwIfAborted();
    const reading = await readStage(study, stage, folders[stage], image);
    stages.push({ ...reading, maker: stageMaker(system, stage) });
  }
  stages.push({ ...(await readGroundTruth(study, place.id)), maker: stageMaker(system, 'groundTruth') });
  return {
    place,
    encoded,
    study: { file: study.file, name: study.name, folder: study.folder },
    system: system === null ? null : systemTitle(system),
    classNames: [...(study.classes ?? [])],
    labels: labels === null ? null : [...labels],
    threshold: study.settings.seeds.threshold,
    stages,
  };
}
