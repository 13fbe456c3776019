/** The way to whoever makes exact parts: a worker, or the page itself where no worker can be had. */
import { afterPaint } from '../../shared/whenIdle';
import { fromWorkerSchema, type Link, type LinkListener, type ToWorker } from './messages';
import { Workshop } from './workshop';

/**
 * Starts the worker. Its script is fetched and started from a blob, because a page of VS Code and its files have
 * different origins, and workers must be of the page's.
 * @param script address of the worker's script
 */
export function workerLink(script: URL, listener: LinkListener): Link {
  const waiting: ToWorker[] = [];
  let worker: Worker | null = null;
  let closed = false;
  const fail = (error: unknown) => {
    worker?.terminate();
    worker = null;
    if (closed) return;
    listener.fail(error instanceof Error ? error.message : String(error));
  };
  const start = async () => {
    const response = await fetch(script);
    if (!response.ok) throw new Error(`${script.pathname} could not be read: ${response.status}`);
    // The address lives as long as the page: it may be needed until the worker has started.
    const started = new Worker(URL.createObjectURL(await response.blob().then(asScript)), {
      name: 'lpcam maps',
    });
    started.addEventListener('message', (event: MessageEvent<unknown>) => {
      const parsed = fromWorkerSchema.safeParse(event.data);
      if (parsed.success) listener.answer(parsed.data);
      else fail(`The worker sent what the panel does not understand: ${parsed.error.message}`);
    });
    started.addEventListener('error', (event) => fail(event.message || 'The worker cannot be started.'));
    worker = started;
    for (const message of waiting.splice(0)) started.postMessage(message);
    if (closed) started.terminate();
  };
  // Nothing of it is in the first picture, which would wait for the script to be read.
  afterPaint(() => {
    if (!closed) start().catch(fail);
  });
  return {
    post: (message) => {
      if (worker) worker.postMessage(message);
      else waiting.push(message);
    },
    close: () => {
      closed = true;
      worker?.terminate();
    },
  };
}

const asScript = (blob: Blob) => new Blob([blob], { type: 'text/javascript' });

/** Makes the parts in the page, one per task, so that it answers between two of them. */
export function pageLink(listener: LinkListener): Link {
  const workshop = new Workshop(
    (message) => listener.answer(message),
    (pixels, width, height) => createImageBitmap(new ImageData(pixels, width, height)),
  );
  return {
    post: (message) => {
      setTimeout(() => void workshop.receive(message), 0);
    },
    close: () => undefined,
  };
}
