/** The worker's script: everything at the size of a large image is computed here, so that the page never stalls. */
import '../../shared/jitless';
import { toWorkerSchema, type FromWorker } from './messages';
import { Workshop } from './workshop';

/** What a worker's global object has; TypeScript's library of workers cannot be loaded beside the page's. */
interface WorkerScope {
  postMessage(message: FromWorker, transfer: Transferable[]): void;
  addEventListener(type: 'message', listener: (event: MessageEvent<unknown>) => void): void;
}
const scope = globalThis as unknown as WorkerScope;

const workshop = new Workshop(
  (message, transfer) => scope.postMessage(message, transfer as Transferable[]),
  (pixels, width, height) => createImageBitmap(new ImageData(pixels, width, height)),
);

scope.addEventListener('message', ({ data }) => {
  const parsed = toWorkerSchema.safeParse(data);
  if (!parsed.success)
    throw new Error(`The worker got a message it does not understand: ${parsed.error.message}`);
  void workshop.receive(parsed.data);
});
