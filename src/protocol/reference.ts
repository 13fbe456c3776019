/** Images that a text refers to, by id or path, and an image's activation map made small for hovers and tools. */
import * as z from 'zod';
import { bytes } from './arrays';

/** Most references of one question. */
export const mostReferences = 256;

/** What a reference in a text turned out to be. */
export const referredImageSchema = z.object({
  /** Path of the image; null: there is none. */
  image: z.string().nullable(),
  /** The id under which the study knows it; null: it does not. */
  id: z.string().nullable(),
  mask: z.string().nullable(),
  /** Names of the classes it is labelled with; null where no label says. */
  classes: z.array(z.string()).nullable(),
  /** Names the state of image, checkpoint, bank and settings that an overlay depends on; null without a study. */
  state: z.string().nullable(),
});
export type ReferredImage = z.infer<typeof referredImageSchema>;

const overlayClassSchema = z.object({
  name: z.string(),
  source: z.enum(['label', 'asked', 'predicted']),
  probability: z.number(),
  /** Prototypes that passed the gates; null without a bank. */
  classPrototypes: z.int().nullable(),
  contextPrototypes: z.int().nullable(),
  /** Its LPCAM is zero everywhere; null without a bank. */
  dead: z.boolean().nullable(),
  /** IoU of the seed with the mask, 0..1; null without a mask, or where neither has a pixel of the class. */
  lpcamIou: z.number().nullable(),
  camIou: z.number().nullable(),
});
export type OverlayClass = z.infer<typeof overlayClassSchema>;

/** What an overlay says besides its picture. */
export const overlayFiguresSchema = z.object({
  /** Which map the picture shows: LPCAM where there is a bank. */
  map: z.enum(['lpcam', 'cam']),
  classes: z.array(overlayClassSchema),
  /** Background score of the seeds. */
  threshold: z.number(),
  device: z.string(),
  notices: z.array(z.string()),
});
export type OverlayFigures = z.infer<typeof overlayFiguresSchema>;

export const overlaySchema = overlayFiguresSchema.extend({
  /** PNG: the image with, at each pixel, the largest of its classes' maps over it. */
  png: bytes,
  width: z.int(),
  height: z.int(),
});
export type Overlay = z.infer<typeof overlaySchema>;
