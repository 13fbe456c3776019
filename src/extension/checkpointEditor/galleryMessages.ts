/** The host side of the prototype gallery, the checkpoint editor's second page. */
import type * as vscode from 'vscode';
import type { FromGallery, ToGallery } from '../../protocol/gallery';

/** What the gallery needs of the rest. */
export interface GalleryHost {
  readonly extensionUri: vscode.Uri;
}

export class GalleryMessages {
  constructor(
    private readonly host: GalleryHost,
    private readonly uri: vscode.Uri,
    private readonly post: (message: ToGallery) => void,
  ) {}

  receive(message: FromGallery): void {
    void [message, this.host, this.uri, this.post];
  }

  /** VS Code dropped the page: nobody waits for answers any more. */
  pageGone(): void {
    void this.uri;
  }

  dispose(): void {
    void this.uri;
  }
}
