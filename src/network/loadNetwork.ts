/** The door for checkpoints of every kind. */
import { InputError } from '../lpcam/inputError';
import type { CamNetwork } from './camNetwork';
import { findCamNetwork } from './surgery';
import type { NetworkNames } from './surgery';

/** Zip (torch.save since 1.6) or a pickle that opens with torch's legacy protocol 2. */
function isTorchFile(bytes: Uint8Array): boolean {
  const [a, b, c, d] = bytes;
  return (a === 0x50 && b === 0x4b && c === 0x03 && d === 0x04) || (a === 0x80 && b === 0x02);
}

/**
 * Reads a checkpoint as a CAM network, by its content.
 * @throws InputError when it cannot be read, or is of a kind not supported
 */
export function loadCamNetwork(bytes: Uint8Array, file: string, names: NetworkNames): CamNetwork {
  if (bytes.length === 0)
    throw new InputError(`${file}: the file is empty. Expected an .onnx checkpoint.`, { file });
  if (isTorchFile(bytes))
    throw new InputError(
      `${file}: this is a PyTorch checkpoint, which this version does not open yet. Export the model to ONNX: ` +
        'torch.onnx.export(model.eval(), torch.zeros(1, 3, 224, 224), "model.onnx", ' +
        'dynamic_axes={"input": {0: "N", 2: "H", 3: "W"}}, input_names=["input"]).',
      { file },
    );
  return findCamNetwork(bytes, file, names);
}
