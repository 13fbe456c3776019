/** Where a document is read from: its own file, or a copy of what has none on disk. */
import type * as vscode from 'vscode';
import type { DiskCopies } from './diskCopies';

export interface DiskSource {
  /** On disk. */
  readonly path: string;
  /** What the person knows it by: its path, or its address. */
  readonly name: string;
  readonly copied: boolean;
  /**
   * Sees to it that the path holds what the document holds now.
   * @throws DiskCopyError
   */
  bring(): Promise<void>;
  dispose(): void;
}

/** @param onChange a document that is not on disk changed; files on disk are watched by whoever reads them */
export function diskSource(uri: vscode.Uri, copies: DiskCopies, onChange: () => void): DiskSource {
  if (uri.scheme === 'file') {
    const { fsPath } = uri;
    const nothing = () => Promise.resolve();
    return { path: fsPath, name: fsPath, copied: false, bring: nothing, dispose: () => undefined };
  }
  const copy = copies.hold(uri, onChange);
  return {
    path: copy.path,
    name: uri.toString(),
    copied: true,
    bring: () => copy.bring(),
    dispose: () => copy.dispose(),
  };
}
