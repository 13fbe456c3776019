/**
 * The first layers of a network, where maps are as large as the image, in strips of rows: on a CPU a layer's output is then
 * still in the cache when the next layer reads it. Strips overlap by what their rows look at beyond them, so that nothing but
 * roundings changes: kernels sum in another order at the borders of what they are given. No library does it: compilers that
 * tile want the image's size beforehand.
 */
import type { OnnxGraph, OnnxNode, OnnxTensor } from '../formats/onnxModel';
import { intAttribute, integerTensor, intsAttribute, stringAttribute } from '../formats/onnxValues';
import { isElementwise } from './elementwise';
import { int, renamed } from './graphBuilder';
import { readNames } from './graphIndex';

/** How a map lies over the image: its row r is made from the image's rows r * stride - above to r * stride + below. */
interface Reach {
  readonly stride: number;
  readonly above: number;
  readonly below: number;
  /** Values per pixel of the image. */
  readonly density: number;
}

/** The layers from the image to one tensor, which the rest of the network starts from. */
interface Prefix {
  readonly cut: string;
  readonly reach: Reach;
  readonly nodes: readonly OnnxNode[];
}

/** Rows of overlap on one side: more of them cost more than the cache gives. */
const mostReach = 16;
/** What is cut and joined again is copied: it must be small beside what is not written to memory any more. */
const leastGain = 16;
/** More gain nothing on images of up to 960 rows (docs/benchmarks.md). */
const strips = 6;

/** How a window moves over a map's rows: what lies before a row and behind it, and the strides of both axes. */
function windowOf(node: OnnxNode, kernel: readonly number[]) {
  const [rows = 1, columns = 1] = intsAttribute(node, 'strides') ?? [];
  const [before = 0, , after = 0] = intsAttribute(node, 'pads') ?? [];
  const [dilation = 1] = intsAttribute(node, 'dilations') ?? [];
  const behind = ((kernel[0] ?? 1) - 1) * dilation - before;
  return { before, behind, rows, columns, padded: after >= behind };
}

/** The reach of what a node makes; null where it does not work row by row, or not as is known here. */
function reachOf(
  node: OnnxNode,
  maps: ReadonlyMap<string, Reach>,
  constants: ReadonlyMap<string, OnnxTensor>,
): Reach | null {
  const [from, second] = node.inputs.map((name) => maps.get(name));
  if (node.domain !== '' || node.outputs.length !== 1 || from === undefined) return null;
  const others = node.inputs.slice(1).filter((name) => name !== '');
  if (node.op === 'Add') {
    if (second === undefined || second.stride !== from.stride || second.density !== from.density) return null;
    return { ...from, above: Math.max(from.above, second.above), below: Math.max(from.below, second.below) };
  }
  if (others.some((name) => maps.has(name))) return null;
  if (isElementwise(node)) return from;
  if (node.op !== 'Conv' && node.op !== 'MaxPool') return null;
  if (!['NOTSET', 'VALID'].includes(stringAttribute(node, 'auto_pad', 'NOTSET'))) return null;
  if (intAttribute(node, 'ceil_mode', 0) !== 0) return null;
  const weight = constants.get(node.inputs[1] ?? '')?.dims;
  const kernel = node.op === 'Conv' ? weight?.slice(2) : intsAttribute(node, 'kernel_shape');
  if (kernel?.length !== 2) return null;
  const { before, behind, rows, columns, padded } = windowOf(node, kernel);
  // A strip may be a single row.
  if (!padded) return null;
  const [outputs = 0, inputs = 1] = weight ?? [];
  const wider = node.op === 'Conv' ? outputs / (inputs * intAttribute(node, 'group', 1)) : 1;
  return {
    stride: from.stride * rows,
    above: from.above + before * from.stride,
    below: from.below + behind * from.stride,
    density: (from.density * wider) / (rows * columns),
  };
}

/** The longest prefix that pays; null where none does. */
function prefixOf(graph: OnnxGraph, input: string): Prefix | null {
  const constants = new Map(graph.initialisers.map((tensor) => [tensor.name, tensor]));
  const unread = new Map<string, number>();
  const readers = graph.nodes.flatMap((node) => [...new Set(readNames(node))]);
  for (const name of [...readers, ...graph.outputs.map((value) => value.name)])
    unread.set(name, (unread.get(name) ?? 0) + 1);
  const maps = new Map<string, Reach>([[input, { stride: 1, above: 0, below: 0, density: 3 }]]);
  const nodes: OnnxNode[] = [];
  let best: Prefix | null = null;
  let inside = 0;
  for (const node of graph.nodes) {
    if (node.op === 'Constant') continue;
    const reach = reachOf(node, maps, constants);
    const [to = ''] = node.outputs;
    if (reach === null || Math.max(reach.above, reach.below) > mostReach) break;
    maps.set(to, reach);
    nodes.push(node);
    for (const name of new Set(readNames(node))) unread.set(name, (unread.get(name) ?? 0) - 1);
    const alone = [...maps.keys()].every((name) => name === to || unread.get(name) === 0);
    if (alone && reach.density * leastGain <= inside) best = { cut: to, reach, nodes: [...nodes] };
    inside += reach.density;
  }
  return best;
}

/** Behind every row. */
const farEnd = Number.MAX_SAFE_INTEGER;

/**
 * A network with its first layers in strips; the same network where that does not pay, or where its operators are older than
 * `Slice` with computed bounds (opset 10).
 * @param input name of the image's tensor, [B, 3, H, W]; the last strip is the whole of an image of few rows
 */
export function withStrips(graph: OnnxGraph, input: string, opset: number): OnnxGraph {
  const prefix = opset < 10 ? null : prefixOf(graph, input);
  if (prefix === null) return graph;
  const { cut, reach, nodes } = prefix;
  const { stride } = reach;
  /** Rows of the cut by which a strip begins earlier. */
  const overlap = Math.ceil(reach.above / stride);
  const made: OnnxNode[] = [];
  const initialisers: OnnxTensor[] = [];
  const integer = (value: number): string => {
    const name = `lpcam.strips.${value}`;
    if (initialisers.every((tensor) => tensor.name !== name))
      initialisers.push(integerTensor(name, [1], [value]));
    return name;
  };
  const node = (name: string, op: string, inputs: readonly string[]) => {
    const to = `lpcam.strips.${name}`;
    made.push({ name: to, op, domain: '', inputs, outputs: [to], attributes: [] });
    return to;
  };
  const axis = integer(2);
  const height = node('height', 'Gather', [node('shape', 'Shape', [input]), axis]);
  const parts = node('parts', 'Div', [height, integer(stride * strips)]);
  // 0 where a strip would begin above the image: then all but the last are empty.
  const some = node('some', 'Sign', [node('whole', 'Div', [parts, integer(Math.max(1, overlap))])]);
  // In rows of the cut: of a strip, and above it. The last strip has what is left over as well.
  const rows = node('rows', 'Mul', [parts, some]);
  const above = node('above', 'Mul', [some, integer(overlap)]);
  const until = node('until', 'Add', [above, rows]);
  // In rows of the image.
  const step = node('step', 'Mul', [rows, integer(stride)]);
  const before = node('before', 'Mul', [above, integer(stride)]);
  const after = integer(Math.max(1, reach.below + 1 - stride));
  const outputs = new Set(nodes.flatMap((one) => one.outputs));
  const kept = Array.from({ length: strips }, (_, place) => {
    const [first, last] = [place === 0, place === strips - 1];
    const named = (name: string, op: string, inputs: readonly string[]) =>
      node(`${name}.${place}`, op, inputs);
    const top = () => named('top', 'Mul', [step, integer(place)]);
    const bottom = () => named('bottom', 'Mul', [step, integer(place + 1)]);
    const from = first ? integer(0) : named('from', 'Sub', [top(), before]);
    const to = last ? integer(farEnd) : named('to', 'Add', [bottom(), after]);
    const strip = named('image', 'Slice', [input, from, to, axis]);
    const own = (name: string) => `lpcam.strips.${place}.${name}`;
    const name = (old: string) => (old === input ? strip : outputs.has(old) ? own(old) : old);
    made.push(...renamed(nodes, name).map((one) => ({ ...one, name: own(one.name) })));
    const range = [first ? integer(0) : above, last ? integer(farEnd) : first ? rows : until];
    return named('kept', 'Slice', [own(cut), ...range, axis]);
  });
  made.push({
    name: 'lpcam.strips.joined',
    op: 'Concat',
    domain: '',
    inputs: kept,
    outputs: [cut],
    attributes: [int('axis', 2)],
  });
  // Constants may be read by the strips, and stand anywhere before their first reader.
  const constants = graph.nodes.filter((one) => one.op === 'Constant');
  const rest = graph.nodes.filter((one) => one.op !== 'Constant' && !nodes.includes(one));
  return {
    ...graph,
    nodes: [...constants, ...made, ...rest],
    initialisers: [...graph.initialisers, ...initialisers],
  };
}
