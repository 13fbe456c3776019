/** A ResNet-50 of the IRN family as torch.save writes it, made without Python: weights by the tests' own rule. */
import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { crc32 } from 'node:zlib';
import { bytesOf } from '../../src/formats/numericArray';
import { PickleWriter } from '../../src/formats/pickleWriter';
import type { StateDict } from '../../src/network/stateDict/stateDict';
import { parametersOf, ruledStateDict } from '../golden/support/ruledWeights';

/** Tensors of the CAM network for PASCAL VOC, 94 MB. */
function stateDict(): StateDict {
  const lines = ['resnet50.conv1.weight fan 64x3x7x7', 'resnet50.bn1 norm 64'];
  let inputs = 64;
  for (const [stage, blocks] of [3, 4, 6, 3].entries()) {
    const width = 64 * 2 ** stage;
    for (let block = 0; block < blocks; block++) {
      const key = `resnet50.layer${stage + 1}.${block}`;
      const outputs = 4 * width;
      lines.push(
        `${key}.conv1.weight fan ${width}x${inputs}x1x1`,
        `${key}.bn1 norm ${width}`,
        `${key}.conv2.weight fan ${width}x${width}x3x3`,
        `${key}.bn2 norm ${width}`,
        `${key}.conv3.weight fan ${outputs}x${width}x1x1`,
        `${key}.bn3 norm ${outputs}`,
      );
      if (block === 0)
        lines.push(
          `${key}.downsample.0.weight fan ${outputs}x${inputs}x1x1`,
          `${key}.downsample.1 norm ${outputs}`,
        );
      inputs = outputs;
    }
  }
  lines.push('classifier.weight fan 20x2048x1x1');
  return ruledStateDict(parametersOf(lines), 'res50_cam.pth');
}

/** The pickle of an OrderedDict of tensors whose storages lie beside it, called 0, 1, 2... */
function pickleOf({ tensors }: StateDict): Uint8Array {
  const pickle = new PickleWriter(2);
  const ordered = () => pickle.global('collections', 'OrderedDict').integers([]).reduce();
  let place = 0;
  pickle.dict(() => {
    for (const [key, { shape }] of tensors) {
      const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1));
      const count = shape.reduce((a, b) => a * b, 1);
      pickle.text(key).global('torch._utils', '_rebuild_tensor_v2');
      pickle.tuple(() => {
        pickle.tuple(() =>
          pickle.text('storage').global('torch', 'FloatStorage').text(String(place++)).text('cpu').int(count),
        );
        pickle.persistentId().int(0).integers(shape).integers(strides).bool(false);
        ordered();
      });
      pickle.reduce();
    }
  });
  return pickle.finish();
}

/** Fields of a zip header, little-endian: [value, bytes]. */
function fields(...values: readonly (readonly [value: number, bytes: 2 | 4])[]): Buffer {
  const header = Buffer.alloc(values.reduce((sum, [, bytes]) => sum + bytes, 0));
  let offset = 0;
  for (const [value, bytes] of values) offset = header.writeUIntLE(value, offset, bytes);
  return header;
}

/** Writes stored entries one after the other, as they are made; gives the file's size in bytes. */
async function writeZip(path: string, entries: Iterable<readonly [name: string, bytes: Uint8Array]>) {
  const file = createWriteStream(path);
  let size = 0;
  const write = async (bytes: Uint8Array) => {
    size += bytes.length;
    if (!file.write(bytes)) await once(file, 'drain');
  };
  const directory: Buffer[] = [];
  for (const [name, bytes] of entries) {
    const text = Buffer.from(name);
    const sizes = [
      [crc32(bytes), 4],
      [bytes.length, 4],
      [bytes.length, 4],
      [text.length, 2],
    ] as const;
    const versionAndTime = [
      [0x0800, 2],
      [0, 2],
      [0, 4],
    ] as const;
    directory.push(
      fields(
        [0x02014b50, 4],
        [0, 2],
        [0, 2],
        ...versionAndTime,
        ...sizes,
        [0, 2],
        [0, 2],
        [0, 4],
        [0, 4],
        [size, 4],
      ),
      text,
    );
    await write(fields([0x04034b50, 4], [0, 2], ...versionAndTime, ...sizes, [0, 2]));
    await write(text);
    await write(bytes);
  }
  const start = size;
  const list = Buffer.concat(directory);
  await write(list);
  const count = directory.length / 2;
  await write(fields([0x06054b50, 4], [0, 4], [count, 2], [count, 2], [list.length, 4], [start, 4], [0, 2]));
  file.end();
  await once(file, 'close');
  return size;
}

function* entriesOf(dict: StateDict): Generator<readonly [string, Uint8Array]> {
  yield ['archive/data.pkl', pickleOf(dict)];
  let place = 0;
  for (const tensor of dict.tensors.values())
    yield [`archive/data/${place++}`, bytesOf(tensor.numbers().data)];
  yield ['archive/version', new TextEncoder().encode('3\n')];
}

/** Writes the checkpoint; gives its size in bytes. */
export function writeCheckpointFile(path: string): Promise<number> {
  return writeZip(path, entriesOf(stateDict()));
}
