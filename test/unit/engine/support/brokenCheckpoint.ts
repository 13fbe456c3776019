/** A checkpoint with everything that can be wrong with weights, made from a sound one (test/fixtures/networks). */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { toFloat32, type NumericArray } from '../../../../src/formats/numericArray';
import { writeSafetensors } from '../../../../src/formats/safetensors';
import { readStateDict } from '../../../../src/network/stateDict/readStateDict';
import { bytesSource } from '../../../../src/formats/rangeSource';

/**
 * A small IRN-style CAM network: NaN and infinity in its first convolution, a BatchNorm channel of zero variance, a
 * weight beyond half precision, class 3 without weights, and class 5's weights the same as class 4's.
 * @param root the repository
 */
export function brokenCheckpoint(root: string): Uint8Array {
  const file = join(root, 'test/fixtures/networks/res50_cam.pth');
  const { tensors } = readStateDict(bytesSource(readFileSync(file)), file);
  const copies = new Map<string, NumericArray>();
  for (const [name, tensor] of tensors) {
    const { shape, dtype, data } = tensor.numbers();
    copies.set(name, { shape, dtype, data: data.slice() });
  }
  const numbers = (name: string): Float32Array => {
    const tensor = copies.get(name);
    if (!tensor) throw new Error(`The fixture has no ${name}.`);
    return toFloat32(tensor);
  };
  numbers('resnet50.conv1.weight').set([NaN, Infinity, -Infinity, NaN]);
  numbers('resnet50.layer1.0.bn2.running_var')[1] = 0;
  numbers('resnet50.layer2.0.conv1.weight')[0] = -70000;
  const classifier = numbers('classifier.weight');
  const channels = classifier.length / 20;
  classifier.fill(0, 3 * channels, 4 * channels);
  classifier.copyWithin(5 * channels, 4 * channels, 5 * channels);
  return writeSafetensors(copies, { format: 'pt', epoch: '4' });
}
