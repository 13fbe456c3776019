/** A checkpoint editor as other extensions and the tests see it. */
import type { CheckpointEditorView } from '../api';
import type { CheckpointEditor } from './checkpointEditor';

export function checkpointEditorView({ uri, reading, visible }: CheckpointEditor): CheckpointEditorView {
  const { request, table, failure, messages } = reading;
  const found = messages.find((message) => message.type === 'identity');
  const hashed = messages.find((message) => message.type === 'hash');
  return {
    checkpoint: uri.scheme === 'file' ? uri.fsPath : uri.toString(),
    visible,
    request,
    table,
    identity: found?.identity ?? null,
    hash: hashed?.hash ?? null,
    failure,
  };
}
