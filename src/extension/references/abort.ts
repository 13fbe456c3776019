/** Between VS Code's way of cancelling and the platform's. */
import type * as vscode from 'vscode';

/** @returns a signal that follows the token, and what ends the following */
export function signalOf(token: vscode.CancellationToken): { readonly signal: AbortSignal; dispose(): void } {
  const abort = new AbortController();
  if (token.isCancellationRequested) abort.abort();
  const listener = token.onCancellationRequested(() => abort.abort());
  return { signal: abort.signal, dispose: () => void listener.dispose() };
}
