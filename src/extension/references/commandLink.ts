/** Links in texts and hovers that run commands of ours. */
import * as z from 'zod';

export const openReferenceCommand = 'lpcam.openReference';
export const computeOverlayCommand = 'lpcam.computeOverlay';

/** What a link hands on: the words, not a path, so that it stays true when files move. */
const referenceLinkSchema = z.object({
  /** Address of the text. */
  document: z.string(),
  text: z.string().min(1).max(1024),
  line: z.int().min(0),
  character: z.int().min(0),
});
export type ReferenceLink = z.infer<typeof referenceLinkSchema>;

/**
 * The address of a command. VS Code decodes its query twice or once, depending on where the link stands, which would
 * turn the "%20" of an address into a blank: so the link travels in letters that mean nothing to either.
 */
export function commandLink(
  command: typeof openReferenceCommand | typeof computeOverlayCommand,
  link: ReferenceLink,
): string {
  const packed = Buffer.from(JSON.stringify(link)).toString('base64url');
  return `command:${command}?${encodeURIComponent(JSON.stringify([packed]))}`;
}

/** The link that a command was given; null for anything else: commands can be run by anybody. */
export function linkOf(packed: unknown): ReferenceLink | null {
  if (typeof packed !== 'string') return null;
  try {
    const link = referenceLinkSchema.safeParse(JSON.parse(Buffer.from(packed, 'base64url').toString()));
    return link.success ? link.data : null;
  } catch {
    // No JSON: not ours.
    return null;
  }
}
