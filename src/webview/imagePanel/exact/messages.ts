/** Every message between the image panel's page and its worker. */
import * as z from 'zod';
import { explanationHeaderSchema, scaleMapsSchema } from '../../../protocol/explanation';
import { viewStateSchema } from '../model/viewState';
import { partSchema } from './part';
import { pieceSchema } from './piece';

/** Page to worker. `image` counts up; what is said of an older one is dropped. */
export const toWorkerSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('open'), image: z.int(), header: explanationHeaderSchema }),
  z.object({ type: z.literal('scale'), image: z.int(), maps: scaleMapsSchema }),
  /** Make one part; the page asks for the next once it is there. `key` comes back with it. */
  z.object({
    type: z.literal('ask'),
    image: z.int(),
    key: z.string(),
    view: viewStateSchema,
    part: partSchema,
  }),
]);
export type ToWorker = z.infer<typeof toWorkerSchema>;

/** Worker to page: one answer to every `ask`. */
export const fromWorkerSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('piece'), key: z.string(), piece: pieceSchema }),
  z.object({ type: z.literal('fault'), key: z.string(), message: z.string() }),
]);
export type FromWorker = z.infer<typeof fromWorkerSchema>;

export interface Link {
  post(message: ToWorker): void;
  /** Ends whatever is being made and frees its memory. */
  close(): void;
}

/** What comes back over a link. */
export interface LinkListener {
  answer(message: FromWorker): void;
  /** The link is of no use any more. */
  fail(message: string): void;
}
