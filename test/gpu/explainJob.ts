/** How long one image takes on a device, from its file to the LPCAM at its size: four scales and mirror, as the panel asks for it. */
import { classPrototypes, lpcamOf } from '../../src/engine/classMaps';
import { explainWhole } from '../../src/engine/explanation';
import type { DeviceName, PrecisionName } from '../../src/protocol/deviceNames';
import { median } from '../bench/median';
import type { Job } from './jobs';
import { deviceEngine } from './deviceEngine';
import { orFailure } from './orFailure';
import { photograph, someIds, writeStudy } from './subjects';

interface ImageTime {
  /** Milliseconds of the first image: opening the network and compiling are in it. */
  readonly first: number;
  /** Median of the others. */
  readonly others: number;
  /** Of it, in the network and waiting for inputs. */
  readonly network: number;
  readonly inputs: number;
}

interface ThreadTimes {
  /** The network's inputs are made in a thread beside it, as the product does on other devices than the CPU. */
  readonly thread: ImageTime | string;
  readonly noThread: ImageTime | string;
}

export interface ImageTimes {
  readonly images: number;
  readonly size: string;
  readonly full: ThreadTimes;
  /** Null: the CPU only emulates it. */
  readonly half: ThreadTimes | null;
}

const { signal } = new AbortController();

/** An engine of its own for each: nothing is known of an image that another one has explained. */
async function timed(
  study: string,
  images: readonly string[],
  deviceChoice: DeviceName,
  precisionChoice: PrecisionName,
  inputScript: string | null,
): Promise<ImageTime> {
  await using engine = deviceEngine(inputScript);
  const times: { readonly all: number; readonly network: number; readonly inputs: number }[] = [];
  for (const image of images) {
    const began = performance.now();
    const params = { study: { file: study }, image, classes: null, deviceChoice, precisionChoice };
    const { header, scales, timings } = await explainWhole(engine, params, signal);
    const [prototypes] = classPrototypes(header);
    if (prototypes === undefined) throw new Error(`${image} has no class`);
    lpcamOf(header, scales, prototypes, { size: 'highRes', plain: false });
    times.push({ all: performance.now() - began, network: timings.network, inputs: timings.resize });
  }
  const [first, ...others] = times;
  if (first === undefined || others.length === 0) throw new Error('two photographs are needed at least');
  const middle = (of: (time: (typeof times)[number]) => number) => median(others.map(of));
  return {
    first: first.all,
    others: middle(({ all }) => all),
    network: middle(({ network }) => network),
    inputs: middle(({ inputs }) => inputs),
  };
}

/** @param bank path of the CPU's bank */
export async function explainJob({
  subject,
  device,
  images,
  size,
  folder,
  bank,
  inputScript,
}: Job): Promise<ImageTimes> {
  const ids = someIds(subject, images);
  const study = await writeStudy(subject, ids, device, folder, bank);
  const paths = ids.map((id) => photograph(subject, id));
  const times = async (precision: PrecisionName): Promise<ThreadTimes> => {
    const measured = (script: string | null) =>
      orFailure(() => timed(study, paths, device, precision, script));
    return { thread: await measured(inputScript), noThread: await measured(null) };
  };
  return {
    images: paths.length - 1,
    size: `${size.width} x ${size.height}`,
    full: await times('full'),
    half: device === 'cpu' ? null : await times('half'),
  };
}
