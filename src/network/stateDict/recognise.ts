/** Finds which architecture a state dict belongs to, by keys and shapes. */
import { fileError } from '../../formats/fileError';
import { InputError } from '../../lpcam/inputError';
import type { Architecture, BuiltNetwork, NetworkSettings } from './architecture';
import { architectures } from './architectures';
import { exportSnippet } from './exportSnippet';
import { Layers } from './layers';
import { notForMaps } from './notForMaps';
import { problemText, type TensorProblem } from './problems';
import type { StateDict } from './stateDict';

export interface Recognised {
  readonly architecture: Architecture;
  readonly stride: number;
  /** With the keys as the architecture spells them. */
  readonly dict: StateDict;
}

interface Survey extends Recognised {
  readonly problems: readonly TensorProblem[];
  readonly used: number;
  readonly built: BuiltNetwork;
}

function survey(architecture: Architecture, given: StateDict, asked: number | null = null): Survey {
  const dict = architecture.canonical?.(given) ?? given;
  const stride = asked ?? architecture.strides[0] ?? 1;
  const layers = new Layers(dict, 'survey');
  const built = architecture.build(layers, dict, { stride });
  return { architecture, stride, dict, problems: layers.problems, used: layers.used.size, built };
}

/** With the stride that a person asks for, when the network can have it. */
function strided(found: Survey, given: StateDict, asked: number | null): Survey {
  if (asked === null || asked === found.built.stride) return found;
  const { architecture, built } = found;
  const changed = architecture.strides.includes(asked) ? survey(architecture, given, asked) : null;
  if (changed?.built.stride === asked) return changed;
  const possible = [...new Set([built.stride, ...otherStrides(found)])];
  throw new InputError(
    `${given.file}: this is ${architecture.name}, whose stride is ${possible.join(' or ')}; ` +
      `network.stride asks for ${asked}.`,
    { file: given.file, field: 'network.stride' },
  );
}

/** Strides that the same weights are used with besides. */
export function otherStrides({ architecture, built }: Pick<Survey, 'architecture' | 'built'>): number[] {
  return architecture.strides.filter((stride) => stride < built.stride);
}

function share({ problems, used }: Survey): number {
  return used / (used + problems.length);
}

function listed(problems: readonly TensorProblem[]): string {
  const shown = problems.slice(0, 6).map((problem) => `  ${problemText(problem)}`);
  const more = problems.length - shown.length;
  return [...shown, ...(more > 0 ? [`  and ${more} more`] : [])].join('\n');
}

/** A state dict that is no network known here. */
export class UnknownNetwork extends InputError {}

/** Tensors found of which a state dict may be called close to an architecture. */
const close = 0.1;

function unknown(dict: StateDict, surveys: readonly Survey[]): UnknownNetwork {
  const [closest] = [...surveys].sort((a, b) => share(b) - share(a));
  const count = `${dict.tensors.size} tensor${dict.tensors.size === 1 ? '' : 's'}`;
  const advice = `Export the network to ONNX from its own model class:\n${exportSnippet}`;
  if (closest === undefined || share(closest) < close) {
    const keys = [...dict.tensors]
      .slice(0, 4)
      .map(([key, { shape }]) => `'${key.slice(0, 60)}' [${shape.join(', ')}]`);
    return new UnknownNetwork(
      `${dict.file}: its ${count} (${keys.join(', ')}, ...) belong to no network known here. ` +
        `Layers that hold no weights (activations, pooling, strides) are not in a state dict.\n${advice}`,
      { file: dict.file },
    );
  }
  const { problems, used, architecture } = closest;
  const [first] = problems;
  return new UnknownNetwork(
    `${dict.file}: this is no network known here. Closest is ${architecture.name}: ${used} of its ${used + problems.length} ` +
      `tensors are there, but\n${listed(problems)}\n${advice}`,
    { file: dict.file, field: first?.key },
  );
}

/**
 * Recognises a state dict without reading its numbers.
 * @throws InputError when it is no network known here, with the closest one, what is missing and what to do instead; or
 * when the stride asked for is not one of the network's
 */
export function recognise(dict: StateDict, settings: NetworkSettings): Recognised {
  const refusal = notForMaps(dict);
  if (refusal !== null) throw fileError(dict.file, refusal);
  const marked = architectures.filter((architecture) =>
    architecture.marked(architecture.canonical?.(dict) ?? dict),
  );
  for (const architecture of architectures) {
    if (!marked.includes(architecture) && !architecture.marked(dict)) continue;
    const found = survey(architecture, dict);
    if (found.problems.length > 0) continue;
    return strided(found, dict, settings.stride);
  }
  throw unknown(
    dict,
    architectures.map((architecture) => survey(architecture, dict)),
  );
}
