/** Files that the checkpoint editor is offered for, by their names. */

export const checkpointEndings = ['pth', 'pt', 'onnx', 'safetensors'] as const;

const pattern = new RegExp(`\\.(${checkpointEndings.join('|')})$`, 'i');

export function isCheckpointName(name: string): boolean {
  return pattern.test(name);
}
