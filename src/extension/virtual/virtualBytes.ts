/** All of a small file that has no path on disk. */
import * as vscode from 'vscode';

/**
 * @param limit in bytes: all of it passes through several processes' memory
 * @throws Error whose message is for the person
 */
export async function virtualBytes(uri: vscode.Uri, limit: number): Promise<Uint8Array<ArrayBuffer>> {
  const megabytes = (bytes: number) => `${Math.round(bytes / 2 ** 20)} MB`;
  const { size } = await vscode.workspace.fs.stat(uri);
  if (size > limit)
    throw new Error(
      `it has ${megabytes(size)}, and ${megabytes(limit)} at most are read from a virtual file system. Copy it to a folder on disk and open it there.`,
    );
  return new Uint8Array(await vscode.workspace.fs.readFile(uri));
}
