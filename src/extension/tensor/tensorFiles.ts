/** Tensors that were brought over from a stopped program, as `.npy` files that lie in memory only. */
import * as vscode from 'vscode';
import type { SeedOrigin } from '../seedEditor/seedEditor';

const tensorScheme = 'lpcam-tensor';

/** The most bytes that are kept; the oldest go first, but never the last one. */
const mostKept = 512 * 2 ** 20;

interface Kept {
  readonly bytes: Uint8Array;
  readonly origin: SeedOrigin;
  readonly since: number;
}

function gone(uri: vscode.Uri): vscode.FileSystemError {
  return vscode.FileSystemError.FileNotFound(
    `${uri.path.slice(1)} was a tensor of a debugged program and is no longer kept. View it again while the program is stopped.`,
  );
}

function readOnly(): never {
  throw vscode.FileSystemError.NoPermissions('Tensors of a debugged program cannot be changed.');
}

export class TensorFiles implements vscode.FileSystemProvider, vscode.Disposable {
  readonly #kept = new Map<string, Kept>();
  readonly #changes = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  readonly onDidChangeFile = this.#changes.event;
  // Last: VS Code asks for what is above.
  readonly #registration = vscode.workspace.registerFileSystemProvider(tensorScheme, this, {
    isCaseSensitive: true,
    isReadonly: true,
  });

  /**
   * Keeps a tensor in place of an older one of the same name.
   * @param name as the tab calls it, without `.npy`
   */
  keep(name: string, bytes: Uint8Array, origin: SeedOrigin): vscode.Uri {
    const uri = vscode.Uri.from({ scheme: tensorScheme, path: `/${name.replaceAll('/', '∕')}.npy` });
    const type = this.#kept.has(uri.path) ? vscode.FileChangeType.Changed : vscode.FileChangeType.Created;
    this.#kept.delete(uri.path);
    this.#kept.set(uri.path, { bytes, origin, since: Date.now() });
    this.#forgetOldest();
    this.#changes.fire([{ type, uri }]);
    return uri;
  }

  #forgetOldest(): void {
    let total = [...this.#kept.values()].reduce((sum, { bytes }) => sum + bytes.length, 0);
    for (const [path, { bytes }] of this.#kept) {
      if (total <= mostKept || this.#kept.size === 1) return;
      this.#kept.delete(path);
      total -= bytes.length;
    }
  }

  originOf(uri: vscode.Uri): SeedOrigin | undefined {
    return uri.scheme === tensorScheme ? this.#kept.get(uri.path)?.origin : undefined;
  }

  readFile(uri: vscode.Uri): Uint8Array {
    return this.#of(uri).bytes;
  }

  stat(uri: vscode.Uri): vscode.FileStat {
    const { bytes, since } = this.#of(uri);
    return { type: vscode.FileType.File, ctime: since, mtime: since, size: bytes.length };
  }

  #of(uri: vscode.Uri): Kept {
    const kept = this.#kept.get(uri.path);
    if (!kept) throw gone(uri);
    return kept;
  }

  watch(): vscode.Disposable {
    return new vscode.Disposable(() => {});
  }

  readDirectory(): [string, vscode.FileType][] {
    return [];
  }

  createDirectory(): void {
    readOnly();
  }

  writeFile(): void {
    readOnly();
  }

  delete(): void {
    readOnly();
  }

  rename(): void {
    readOnly();
  }

  dispose(): void {
    this.#registration.dispose();
    this.#changes.dispose();
    this.#kept.clear();
  }
}
