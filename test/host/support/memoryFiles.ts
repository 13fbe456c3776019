/** A virtual file system that keeps its files in memory, as a virtual workspace's does somewhere else. */
import * as vscode from 'vscode';

interface Kept {
  readonly bytes: Uint8Array;
  /** What it says its size is: nobody has memory for a file that is too large. */
  readonly size: number;
  readonly since: number;
}

export class MemoryFiles implements vscode.FileSystemProvider {
  readonly #files = new Map<string, Kept>();
  readonly #changes = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  readonly onDidChangeFile = this.#changes.event;

  constructor(private readonly scheme: string) {}

  put(path: string, bytes: Uint8Array, size = bytes.length): void {
    const type = this.#files.has(path) ? vscode.FileChangeType.Changed : vscode.FileChangeType.Created;
    this.#files.set(path, { bytes: Uint8Array.from(bytes), size, since: Date.now() });
    this.#changes.fire([{ type, uri: vscode.Uri.from({ scheme: this.scheme, path }) }]);
  }

  stat(uri: vscode.Uri): vscode.FileStat {
    const found = this.#files.get(uri.path);
    if (found)
      return { type: vscode.FileType.File, ctime: found.since, mtime: found.since, size: found.size };
    if ([...this.#files.keys()].some((path) => path.startsWith(`${uri.path.replace(/\/$/, '')}/`)))
      return { type: vscode.FileType.Directory, ctime: 0, mtime: 0, size: 0 };
    throw vscode.FileSystemError.FileNotFound(uri);
  }

  readFile(uri: vscode.Uri): Uint8Array {
    const found = this.#files.get(uri.path);
    if (!found) throw vscode.FileSystemError.FileNotFound(uri);
    return found.bytes;
  }

  readDirectory(uri: vscode.Uri): [string, vscode.FileType][] {
    const folder = `${uri.path.replace(/\/$/, '')}/`;
    return [...this.#files.keys()]
      .filter((path) => path.startsWith(folder) && !path.slice(folder.length).includes('/'))
      .map((path) => [path.slice(folder.length), vscode.FileType.File]);
  }

  watch(): vscode.Disposable {
    return new vscode.Disposable(() => undefined);
  }

  createDirectory(): void {
    throw vscode.FileSystemError.NoPermissions();
  }

  writeFile(): void {
    throw vscode.FileSystemError.NoPermissions();
  }

  delete(): void {
    throw vscode.FileSystemError.NoPermissions();
  }

  rename(): void {
    throw vscode.FileSystemError.NoPermissions();
  }
}
