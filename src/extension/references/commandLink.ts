/** Links in texts and hovers that run commands of ours. */
import { z } from 'zod';

export const openReferenceCommand = 'lpcam.openReference';
export const computeOverlayCommand = 'lpcam.computeOverlay';

/** What a link hands on: the words, not a path, so that it stays true when files move. */
export const referenceLinkSchema = z.object({
  /** Address of the text. */
  document: z.string(),
  text: z.string().min(1).max(1024),
  line: z.int().min(0),
  character: z.int().min(0),
});
export type ReferenceLink = z.infer<typeof referenceLinkSchema>;

export function commandLink(
  command: typeof openReferenceCommand | typeof computeOverlayCommand,
  link: ReferenceLink,
): string {
  // Encoded whole: brackets would end a link of markdown.
  const query = encodeURIComponent(JSON.stringify([link])).replace(
    /[()']/g,
    (sign) => `%${sign.charCodeAt(0).toString(16)}`,
  );
  return `command:${command}?${query}`;
}
