/** Follows integer vectors that a graph computes from shapes (Shape, Gather, Concat, ...), to see what a Reshape asks for. */
import type { OnnxNode } from '../formats/onnxModel';
import { tensorIntegers } from '../formats/onnxValues';
import { fixed } from './dimension';
import type { Dimension, Shape } from './dimension';
import type { GraphIndex } from './graphIndex';

const unchanged = new Set(['Identity', 'Cast', 'Squeeze', 'Unsqueeze', 'Reshape', 'Floor', 'Ceil']);
const arithmetic = new Map<string, (a: number, b: number) => number>([
  ['Add', (a, b) => a + b],
  ['Sub', (a, b) => a - b],
  ['Mul', (a, b) => a * b],
  ['Div', (a, b) => Math.trunc(a / b)],
]);

export class ShapeValues {
  private readonly vectors = new Map<string, Shape>();

  constructor(
    private readonly index: GraphIndex,
    private readonly shapeOf: (name: string) => Shape | null,
  ) {}

  /** The vector's elements as dimensions; null when the tensor is none or not followed. */
  of(name: string): Shape | null {
    const found = this.vectors.get(name);
    if (found) return found;
    const constant = this.index.constant(name);
    if (!constant || constant.dims.length > 1) return null;
    return tensorIntegers(constant)?.map(fixed) ?? null;
  }

  /** Notes what a node makes of the vectors it reads. */
  follow(node: OnnxNode): void {
    const result = this.evaluate(node);
    const name = node.outputs[0];
    if (result && name) this.vectors.set(name, result);
  }

  private evaluate(node: OnnxNode): Shape | null {
    if (node.op === 'Shape') return node.attributes.length === 0 ? this.shapeOf(node.inputs[0] ?? '') : null;
    const inputs = node.inputs.filter((name) => name !== '');
    const first = this.of(inputs[0] ?? '');
    if (!first) return null;
    if (unchanged.has(node.op)) return first;
    if (node.op === 'Concat') {
      const parts = inputs.map((name) => this.of(name));
      return parts.every((part) => part !== null) ? parts.flat() : null;
    }
    if (node.op === 'Gather') {
      const places = this.index.constant(inputs[1] ?? '');
      const list = places ? tensorIntegers(places) : null;
      return list?.map((place) => first[place < 0 ? place + first.length : place] ?? fixed(null)) ?? null;
    }
    if (node.op === 'Slice') return this.slice(first, inputs);
    const operate = arithmetic.get(node.op);
    return operate ? this.combine(first, this.of(inputs[1] ?? ''), operate) : null;
  }

  private slice(vector: Shape, inputs: readonly string[]): Shape | null {
    const [starts, ends, , steps] = inputs.slice(1).map((name) => {
      const tensor = this.index.constant(name);
      return tensor ? tensorIntegers(tensor) : null;
    });
    const [start, end] = [starts?.[0], ends?.[0]];
    if (start === undefined || end === undefined || (steps?.[0] ?? 1) !== 1) return null;
    return vector.slice(start, end);
  }

  private combine(a: Shape, b: Shape | null, operate: (a: number, b: number) => number): Shape | null {
    if (!b) return null;
    return Array.from({ length: Math.max(a.length, b.length) }, (_, i): Dimension => {
      const left = a.length === 1 ? a[0] : a[i];
      const right = b.length === 1 ? b[0] : b[i];
      const [x, y] = [left?.size ?? null, right?.size ?? null];
      return {
        size: x === null || y === null ? null : operate(x, y),
        batch: (left?.batch ?? false) || (right?.batch ?? false),
        space: (left?.space ?? false) || (right?.space ?? false),
      };
    });
  }
}
