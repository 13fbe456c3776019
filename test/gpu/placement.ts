/** On which execution provider each operator of a session ran: ONNX Runtime's own profile. */
import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import * as z from 'zod';

export interface Placement {
  readonly graph: string;
  readonly operator: string;
  readonly node: string;
  readonly provider: string;
  /** Elements of its largest output. */
  readonly elements: number;
  /** Types of its outputs, as ONNX Runtime's profile names them. */
  readonly types: readonly string[];
}

const eventsSchema = z.array(
  z.looseObject({
    cat: z.string(),
    name: z.string(),
    args: z
      .looseObject({
        op_name: z.string().optional(),
        provider: z.string().optional(),
        /** `[{"float": [2, 3]}, ...]` */
        output_type_shape: z.array(z.record(z.string(), z.array(z.number()))).optional(),
      })
      .optional(),
  }),
);

/** @param prefix the session's `profileFilePrefix`; its profiling has ended */
export async function placementsOf(graph: string, prefix: string): Promise<Placement[]> {
  const found = new Map<string, Placement>();
  for (const name of await readdir(dirname(prefix))) {
    if (!name.startsWith(basename(prefix))) continue;
    const events = eventsSchema.parse(JSON.parse(await readFile(join(dirname(prefix), name), 'utf8')));
    for (const { cat, name: event, args } of events) {
      if (cat !== 'Node' || !event.endsWith('_kernel_time')) continue;
      const node = event.slice(0, -'_kernel_time'.length);
      const shapes = (args?.output_type_shape ?? []).flatMap((output) => Object.values(output));
      found.set(node, {
        graph,
        node,
        operator: args?.op_name ?? '',
        provider: args?.provider ?? '',
        types: (args?.output_type_shape ?? []).flatMap((output) => Object.keys(output)),
        elements: Math.max(0, ...shapes.map((shape) => shape.reduce((product, side) => product * side, 1))),
      });
    }
  }
  return [...found.values()];
}

/** More numbers than any shape has. */
const shapeElements = 8;

/**
 * Operators that ran on the CPU inside a session of another device without a reason. The one reason there is: ONNX
 * Runtime computes sizes (what `Shape` says, picked apart and joined again) on the host, where kernels are launched from,
 * whatever the device. Those are a handful of whole numbers, what compares them, and they as floats; an operator with a larger
 * result, or with other floats, is a fallback.
 */
export function strayed(placements: readonly Placement[]): Placement[] {
  return placements.filter(
    ({ provider, operator, elements, types }) =>
      provider === 'CPUExecutionProvider' &&
      (elements > shapeElements ||
        (types.some((type) => !/^(u?int|bool)/.test(type)) && operator !== 'Cast')),
  );
}
