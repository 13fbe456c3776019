/** One centre's similarity map over one image of the study: scale 1, as the image panel's thumbnails show it. */
import { LRUCache } from 'lru-cache';
import sharp from 'sharp';
import { InputError } from '../../lpcam/inputError';
import { deviceLabel, type DeviceReport } from '../../protocol/device';
import type { CentreMap } from '../../protocol/gallery';
import type { FoundBank } from '../banks';
import type { LoadedCheckpoint } from '../checkpoints';
import { centreRows, takeMaps } from '../explain/centres';
import { NetworkRun } from '../explain/networkRun';
import { planScales } from '../explain/plan';
import { fileVersion } from '../fileVersion';
import type { DecodedImage } from '../image/decode';
import type { ImageFiles } from '../image/imageFiles';
import type { InputMaker } from '../image/inputMaker';
import { ScaleInputs } from '../image/scaleInputs';
import { ownBytes } from '../ownBytes';
import { pause } from '../pause';
import type { SessionPool } from '../sessionPool';
import { strideOf } from '../stride';
import { imagePath } from '../study/images';
import type { ResolvedStudy } from '../study/resolvedStudy';

/** Cosines of one image with all centres of one class. */
interface ClassMaps {
  readonly height: number;
  readonly width: number;
  /** [centres, height, width]. */
  readonly similarity: Float32Array;
  /** Ids of the centres, in the order of `similarity`. */
  readonly ids: readonly number[];
  /** Input pixels per position; null where the sizes do not tell. */
  readonly stride: number | null;
}

const mostBytes = 64 << 20;

/** Maps of the images looked at last: other centres of the class then cost nothing. */
export function classMapsCache(): LRUCache<string, ClassMaps> {
  return new LRUCache({
    maxSize: mostBytes,
    sizeCalculation: ({ similarity }) => similarity.byteLength + 1024,
  });
}

export interface CentreMapSetting {
  readonly study: ResolvedStudy;
  readonly checkpoint: LoadedCheckpoint;
  readonly bank: FoundBank | null;
  readonly device: DeviceReport;
  readonly sessions: SessionPool;
  readonly inputs: InputMaker;
  readonly images: ImageFiles;
  readonly cache: LRUCache<string, ClassMaps>;
  readonly pixelLimit: number;
}

export interface WantedMap {
  /** Id in the bank. */
  readonly centre: number;
  /** Image id of the study. */
  readonly image: string;
  /** Longest side of the picture that comes with the map, pixels. */
  readonly side: number;
}

async function smallPicture(
  { rgb, width, height }: DecodedImage,
  side: number,
): Promise<CentreMap['picture']> {
  const { data, info } = await sharp(rgb, { raw: { width, height, channels: 3 } })
    .resize(side, side, { fit: 'inside', withoutEnlargement: true })
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, rgba: ownBytes(new Uint8Array(data)) };
}

async function classMaps(
  path: string,
  image: DecodedImage,
  classIndex: number,
  setting: CentreMapSetting,
): Promise<ClassMaps> {
  const { study, checkpoint, bank, device, sessions, inputs, cache, pixelLimit } = setting;
  if (bank?.bank == null) throw new Error('There is no bank to take centres from.');
  const { mean, std } = study.network;
  const { mirror } = study.settings.inference;
  const key = JSON.stringify([
    await fileVersion(path),
    checkpoint.key,
    bank.key,
    deviceLabel(device),
    classIndex,
    mirror,
    mean,
    std,
  ]);
  const known = cache.get(key);
  if (known !== undefined) return known;
  const { fixedSize } = checkpoint.network;
  const [planned] = planScales({ path, ...image }, [1], fixedSize, pixelLimit).scales;
  if (planned === undefined) throw new Error('No scale was planned.');
  const rows = centreRows(bank.bank, [classIndex]);
  const run = new NetworkRun({
    path,
    checkpoint,
    mirror,
    fusion: null,
    batch: null,
    device: device.inUse,
    precision: device.precision,
    sessions,
    inputs: new ScaleInputs(inputs, image, { mean, std, mirror }, [planned]),
  });
  // Of a first scale, explaining a failure always throws what to tell the person.
  const { maps } = await run.run(planned, rows).catch((error: unknown) => {
    run.explainFailure(error, planned, true);
    throw error;
  });
  const { height, width, similarity } = maps;
  const computed = { height, width, similarity, ids: rows.ids, stride: strideOf(planned, maps) };
  cache.set(key, computed);
  return computed;
}

/**
 * @returns null where the image is gone
 * @throws InputError when the bank has no such centre, or the image cannot be run; DeviceError; the signal's reason
 */
export async function centreMap(
  { centre, image: id, side }: WantedMap,
  setting: CentreMapSetting,
  signal: AbortSignal,
): Promise<CentreMap | null> {
  const { study, checkpoint, bank, images } = setting;
  const found = bank?.bank?.centres[centre];
  if (found === undefined)
    throw new InputError(`The prototype bank ${study.bankPath} has no centre ${centre}.`, {
      file: study.bankPath,
    });
  const path = imagePath(study, id);
  const file = path === null ? null : await images.open(path);
  if (path === null || file === null) return null;
  const image = await file.decoded();
  await pause(signal);
  const maps = await classMaps(path, image, found.classIndex, setting);
  signal.throwIfAborted();
  const { height, width, similarity, ids, stride } = maps;
  const bound = checkpoint.network.fixedSize !== null || stride === null;
  return {
    picture: await smallPicture(image, side),
    height,
    width,
    similarity: takeMaps(similarity, [ids.indexOf(centre)], height * width),
    // Feature maps reach to the next multiple of the stride, beyond the image's edge.
    reach: bound ? [1, 1] : [(height * stride) / image.height, (width * stride) / image.width],
  };
}
