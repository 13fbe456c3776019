/** The one door to the extension host: typed messages out, validated messages in, and what survives a reload. */
import type * as z from 'zod';

/** What VS Code gives a webview. */
interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

export interface Host<Out> {
  post(message: Out): void;
  readonly kept: unknown;
  keep(state: unknown): void;
}

/**
 * @param schema every inbound message is parsed with it; one that does not fit is reported to `onFault`, not thrown
 */
export function connectHost<In, Out>(
  schema: z.ZodType<In>,
  onMessage: (message: In) => void,
  onFault: (message: string) => void,
): Host<Out> {
  const api = acquireVsCodeApi();
  window.addEventListener('message', (event: MessageEvent<unknown>) => {
    const parsed = schema.safeParse(event.data);
    if (parsed.success) onMessage(parsed.data);
    else onFault(`The panel got a message it does not understand: ${parsed.error.message}`);
  });
  return {
    post: (message) => api.postMessage(message),
    kept: api.getState(),
    keep: (state) => api.setState(state),
  };
}
