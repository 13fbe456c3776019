/** The image under the pointer, wherever a text names it. One line is scanned, however long the text is. */
import * as vscode from 'vscode';
import { untrusted } from '../trust';
import { commandLink, computeOverlayCommand, openReferenceCommand, type ReferenceLink } from './commandLink';
import { hoverText, missingText } from './hoverText';
import { signalOf } from './abort';
import type { Found, ReferenceFinder } from './referenceFinder';
import { referenceAt } from './scanLine';

/** What browsers show; TIFF is the one of our formats that they do not. */
const shownByBrowsers = /\.(jpe?g|png|webp|gif|avif)$/i;

function markdown(text: string): vscode.MarkdownString {
  const made = new vscode.MarkdownString(text);
  made.isTrusted = { enabledCommands: [openReferenceCommand, computeOverlayCommand] };
  return made;
}

const addressOf = (path: string) => vscode.Uri.file(path).toString();

export class ImageHover implements vscode.HoverProvider {
  constructor(private readonly finder: ReferenceFinder) {}

  async provideHover(
    document: vscode.TextDocument,
    position: vscode.Position,
    token: vscode.CancellationToken,
  ): Promise<vscode.Hover | null> {
    const { names, images } = await this.finder.namesOf(document.uri);
    if (token.isCancellationRequested) return null;
    const line = document.lineAt(position.line).text;
    const reference = referenceAt(line, position.character, (name) => names.has(name));
    if (reference === null) return null;
    const { text, start, end } = reference;
    const range = new vscode.Range(position.line, start, position.line, end);
    const following = signalOf(token);
    try {
      const outcome = await this.finder.find(document.uri, text, following.signal);
      if (!outcome.ok) {
        if (outcome.failure.kind === 'cancelled') return null;
        return new vscode.Hover(new vscode.MarkdownString().appendText(outcome.failure.message), range);
      }
      const { study, referred } = outcome.value;
      if (referred.image === null) {
        // A path may belong to another machine; an id belongs to the study.
        const missing = reference.kind === 'id' && study !== null;
        return missing ? new vscode.Hover(markdown(missingText(text, images)), range) : null;
      }
      const link = { document: document.uri.toString(), text, line: position.line, character: start };
      return new vscode.Hover(await this.#show(outcome.value, link, following.signal), range);
    } finally {
      following.dispose();
    }
  }

  async #show(found: Found, link: ReferenceLink, signal: AbortSignal): Promise<vscode.MarkdownString> {
    const { study, referred } = found;
    const image = referred.image ?? '';
    const [overlay, seed] = await Promise.all([
      this.finder.known(found, signal),
      this.finder.seedIou(found, signal),
    ]);
    const trusted = vscode.workspace.isTrusted;
    const can = trusted && study !== null;
    const why = study === null ? 'No study (lpcam.json) is known here, so no LPCAM.' : untrusted.message;
    return markdown(
      hoverText({
        name: referred.id ?? link.text,
        referred,
        picture: shownByBrowsers.test(image) ? addressOf(image) : null,
        seed,
        overlay: overlay && { picture: addressOf(overlay.picture), figures: overlay.figures },
        open: commandLink(openReferenceCommand, link),
        compute: can ? commandLink(computeOverlayCommand, link) : null,
        why: can ? null : why,
      }),
    );
  }
}
