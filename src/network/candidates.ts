/** What a person could name in lpcam.json when surgery does not find the feature map or the classifier. */
import type { OnnxNode } from '../formats/onnxModel';
import { describeShape } from './dimension';
import type { GraphIndex } from './graphIndex';
import type { Shapes } from './shapes';

const shown = 8;

function into(users: readonly OnnxNode[], outputs: ReadonlySet<string>, name: string): string {
  const places = users.slice(0, 2).map((node) => `${node.op} '${node.name || (node.outputs[0] ?? '')}'`);
  if (outputs.has(name)) places.unshift('an output');
  return places.length > 0 ? `, into ${places.join(' and ')}` : '';
}

function listed(title: string, lines: readonly string[]): string {
  if (lines.length === 0) return `${title}: none found.`;
  return [`${title}:`, ...lines.slice(0, shown).map((line) => `  ${line}`)].join('\n');
}

/** Tensors that look like feature maps, last first. */
function featureLines(index: GraphIndex, shapes: Shapes): string[] {
  const outputs = new Set(index.graph.outputs.map((value) => value.name));
  const maps = index.graph.nodes
    .flatMap((node) => node.outputs)
    .filter((name) => {
      const shape = shapes.of(name);
      return (
        shape?.length === 4 && shape[1]?.size !== null && shape.slice(2).every((dimension) => dimension.space)
      );
    })
    .reverse();
  const ends = maps.filter(
    (name) =>
      outputs.has(name) ||
      index.users(name).some((node) => !['Relu', 'Clip', 'BatchNormalization'].includes(node.op)),
  );
  return ends.map(
    (name) => `'${name}' ${describeShape(shapes.of(name))}${into(index.users(name), outputs, name)}`,
  );
}

/** Constants of a classifier's shape, last first. */
function weightLines(index: GraphIndex): string[] {
  const tensors = [
    ...index.graph.initialisers,
    ...index.graph.nodes.flatMap((node) => index.constant(node.outputs[0] ?? '') ?? []),
  ];
  return tensors
    .filter(({ dims }) => dims.length === 2 || (dims.length === 4 && dims[2] === 1 && dims[3] === 1))
    .filter(({ dims }) => (dims[0] ?? 0) > 1 && (dims[1] ?? 0) > 1)
    .reverse()
    .map(
      (tensor) =>
        `'${tensor.name}' [${tensor.dims.join(', ')}]${into(index.users(tensor.name), new Set(), tensor.name)}`,
    );
}

/** Candidates and how to name them, for the end of an error message. */
export function candidateList(index: GraphIndex, shapes: Shapes): string {
  return [
    listed('Feature maps it could be, last first', featureLines(index, shapes)),
    listed('Classifier weights it could be, last first', weightLines(index)),
    'Name them in lpcam.json: "network": { "features": "...", "classifier": "..." }.',
  ].join('\n');
}
