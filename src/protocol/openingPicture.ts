/** What an image panel shows first of an image: its panes as pictures, kept so that the next panel of it opens with them. */
import * as z from 'zod';
import { bytes } from './arrays';

/** CSS pixels, from the page's corner. */
const place = z.number().min(-1e5).max(1e5);
const size = z.number().positive().max(1e5);

const panePictureSchema = z.object({
  left: place,
  top: place,
  width: size,
  height: size,
  /** The pane's heading and where it stands. */
  title: z.object({ text: z.string().max(1000), left: place, top: place }),
  /** The canvas, device pixel by device pixel, without loss. */
  bytes,
  type: z.enum(['image/webp', 'image/png']),
});

export const openingPictureSchema = z.object({
  /** Of the page in CSS pixels, and device pixels per CSS pixel: a page of another size shows something else. */
  width: size,
  height: size,
  ratio: z.number().positive().max(100),
  panes: z.array(panePictureSchema).min(1).max(3),
});
export type PanePicture = z.infer<typeof panePictureSchema>;
export type OpeningPicture = z.infer<typeof openingPictureSchema>;
