import type { FileHandle } from 'node:fs/promises';

/**
 * Fills `into` from a position of the file.
 * @throws Error when the file is shorter
 */
export async function readFully(handle: FileHandle, into: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < into.length;) {
    const { bytesRead } = await handle.read(into, done, into.length - done, position + done);
    if (bytesRead === 0) throw new Error(`the feature cache ended at byte ${position + done}`);
    done += bytesRead;
  }
}
