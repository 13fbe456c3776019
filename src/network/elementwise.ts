/** Operators that work on every value of a map by itself. */
import type { OnnxNode } from '../formats/onnxModel';
import { intAttribute } from '../formats/onnxValues';

/** Of one tensor and constants per channel or for all. */
const operators = new Set([
  'BatchNormalization',
  'Cast',
  'Clip',
  'Elu',
  'HardSigmoid',
  'HardSwish',
  'Identity',
  'LeakyRelu',
  'Relu',
  'Selu',
  'Sigmoid',
  'Softplus',
  'Tanh',
]);

/** Whether a node makes each value of its first input's alone, given that its other inputs are constants. */
export function isElementwise(node: OnnxNode): boolean {
  // A normalisation in training is by the batch's own statistics.
  return node.domain === '' && operators.has(node.op) && intAttribute(node, 'training_mode', 0) === 0;
}
