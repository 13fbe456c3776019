/** The page of an image's panel, with its title and icon. */
import { basename } from 'node:path';
import * as vscode from 'vscode';
import {
  fromImagePanelSchema,
  type FromImagePanel,
  imagePanelVersion,
  type ToImagePanel,
} from '../../protocol/imagePanel';
import type { ImagePanelHost, ImageTarget } from './imagePanelHost';
import { PanelPage, type PanelPageOptions } from './panelPage';

/** Of an image's tab. */
export function panelTitle(image: string): string {
  return `LPCAM: ${basename(image)}`;
}

export function imagePanelPage(
  panel: vscode.WebviewPanel,
  { extensionUri, log }: Pick<ImagePanelHost, 'extensionUri' | 'log'>,
  { image }: ImageTarget,
  listeners: Pick<PanelPageOptions<FromImagePanel>, 'onReady' | 'onMessage' | 'onGone' | 'picture'>,
): PanelPage<ToImagePanel, FromImagePanel> {
  const media = vscode.Uri.joinPath(extensionUri, 'media');
  panel.title = panelTitle(image);
  panel.iconPath = {
    light: vscode.Uri.joinPath(media, 'imagePanel-light.svg'),
    dark: vscode.Uri.joinPath(media, 'imagePanel-dark.svg'),
  };
  return new PanelPage(panel, {
    extensionUri,
    page: 'imagePanel',
    title: panel.title,
    more: [media],
    name: 'image panel',
    schema: fromImagePanelSchema,
    version: imagePanelVersion,
    log,
    ...listeners,
  });
}
