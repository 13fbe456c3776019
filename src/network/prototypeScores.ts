/** Scores of a prototype through a network's own head, linear or not. */
import { scoreCentre, softmax } from '../lpcam/gating';
import type { CamNetwork, HiddenLayer } from './camNetwork';

/** What of a network makes class scores. */
export type Head = Pick<CamNetwork, 'scoring' | 'weight' | 'bias' | 'classes' | 'hidden'>;

/** W x + b, summed in float64; `weight` row-major [outputs, inputs]. */
function product(weight: Float32Array, bias: Float32Array | null, x: ArrayLike<number>): Float64Array {
  const inputs = x.length;
  return Float64Array.from({ length: weight.length / inputs }, (_, row) => {
    let sum = bias?.[row] ?? 0;
    for (let i = 0; i < inputs; i++) sum += (weight[row * inputs + i] as number) * (x[i] as number);
    return sum;
  });
}

function through(hidden: readonly HiddenLayer[], centre: Float32Array): ArrayLike<number> {
  return hidden.reduce<ArrayLike<number>>(
    (x, { weight, bias }) => product(weight, bias, x).map((value) => Math.max(0, value)),
    centre,
  );
}

/**
 * p of a prototype [C] for every class, [N], sums to 1: the softmax of what `network.scoring` says (camNetwork.ts).
 */
export function scorePrototype(network: Head, centre: Float32Array): Float32Array {
  const { scoring, weight, bias, classes } = network;
  if (scoring === 'linear' || scoring === 'patch-token') return scoreCentre(weight, classes, centre);
  return softmax(product(weight, bias, through(network.hidden, centre)));
}
