/** The prototype gallery: a bank as the engine tells it, and every message between the host and the gallery's page. */
import * as z from 'zod';
import { marks } from '../lpcam/bank';
import { bytes, floats } from './arrays';
import { patchSchema } from './explanation';
import { failureSchema } from './failure';
import { noticeSchema } from './notice';
import { progressSchema } from './progress';
import { clusteringSchema, settingsSchema } from './settings';
import { bankSummarySchema } from './study';

/** Pinned or dropped by hand; null: the gates decide. */
export const markSchema = z.enum(marks).nullable();

export const markedCentreSchema = z.object({ id: z.int(), mark: z.enum(marks) });

export const galleryCentreSchema = z.object({
  /** Index in the bank. */
  id: z.int(),
  classIndex: z.int(),
  set: z.enum(['foreground', 'background']),
  /** Rows assigned; 0: the bank does not say. */
  size: z.int(),
  /** Mean cosine distance of its rows to it; null: the bank does not say. */
  spread: z.number().nullable(),
  mark: markSchema,
  /** Nearest patches, best first. */
  patches: z.array(patchSchema),
});
export type GalleryCentre = z.infer<typeof galleryCentreSchema>;

/** A study and all centres of its bank, ungated. */
export const galleryBankSchema = z.object({
  /** Name of the study for the person. */
  study: z.string(),
  classNames: z.array(z.string()),
  gates: settingsSchema.shape.gates,
  /** Input pixels per feature position; null when the graph's sizes do not tell, and without a bank. */
  stride: z.int().nullable(),
  /** Where the bank is or will be written. */
  bankPath: z.string(),
  /** Null: nothing was clustered yet, or the bank does not fit the checkpoint (a notice says so). */
  bank: z
    .object({
      summary: bankSummarySchema,
      /** Names the bank as clustering left it; marks do not change it. */
      identity: z.string(),
      /** Null: marks can be saved; else why they cannot. */
      readOnly: z.string().nullable(),
      centres: z.array(galleryCentreSchema),
      /** softmax(W . centre), [centres, classNames]. */
      scores: floats,
      /** Null where the bank does not say. */
      clustering: clusteringSchema.nullable(),
      device: z.string().nullable(),
    })
    .nullable(),
  notices: z.array(noticeSchema),
});
export type GalleryBank = z.infer<typeof galleryBankSchema>;

/** A centre's similarity map over an image, at scale 1. */
export const centreMapSchema = z.object({
  /** The image, made small; RGBA. */
  picture: z.object({ width: z.int(), height: z.int(), rgba: bytes }),
  /** Feature map size. */
  height: z.int(),
  width: z.int(),
  /** Cosines, [height, width], -1..1. */
  similarity: floats,
  /** How far the map reaches over the image, in its height and width: 1 is its edge. */
  reach: z.tuple([z.number(), z.number()]),
});
export type CentreMap = z.infer<typeof centreMapSchema>;

/** Most images of one wish for maps. */
const mostMaps = 16;

/** Host to page. */
export const toGallerySchema = z.discriminatedUnion('type', [
  /** A bank is being read; the one that is shown stays until it is there. */
  z.object({ type: z.literal('gallery.opening'), study: z.string() }),
  z.object({ type: z.literal('gallery.bank'), bank: galleryBankSchema }),
  z.object({ type: z.literal('gallery.failed'), failure: failureSchema }),
  /** Select a centre of this bank and bring it into sight, once the bank is there. */
  z.object({ type: z.literal('gallery.show'), identity: z.string(), centre: z.int() }),
  /** Progress of clustering or of the engine's restart; null: none runs. */
  z.object({ type: z.literal('gallery.progress'), progress: progressSchema.nullable() }),
  /** Answer to `thumbnails`, in the order asked: RGBA, size * size; null where the image is gone. Empty: none could be made. */
  z.object({
    type: z.literal('gallery.thumbnails'),
    ticket: z.int(),
    size: z.int(),
    crops: z.array(bytes.nullable()),
  }),
  /** One image's part of the answer to `maps`; map null: the image is gone, or the failure tells. */
  z.object({
    type: z.literal('gallery.map'),
    ticket: z.int(),
    image: z.string(),
    map: centreMapSchema.nullable(),
    failure: failureSchema.nullable(),
  }),
  /** Answer to `mark`: every marked centre of the bank, or why nothing was saved; both null: the person thought better of it. */
  z.object({
    type: z.literal('gallery.marked'),
    ticket: z.int(),
    marked: z.array(markedCentreSchema).nullable(),
    failure: failureSchema.nullable(),
  }),
]);
export type ToGallery = z.infer<typeof toGallerySchema>;

const galleryCommands = ['cluster', 'cancel', 'retry', 'openStudyFile', 'showLog'] as const;

/** Page to host. */
export const fromGallerySchema = z.discriminatedUnion('type', [
  /** The page is looked at: read the bank if that was not done. */
  z.object({ type: z.literal('gallery.ready') }),
  z.object({
    type: z.literal('gallery.thumbnails'),
    ticket: z.int(),
    patches: z.array(patchSchema).max(512),
    size: z.int().min(8).max(256),
    crop: z.int().min(8).max(1024),
  }),
  /** Similarity maps of a centre over these images, in this order; an older wish is dropped. None: no maps are wanted. */
  z.object({
    type: z.literal('gallery.maps'),
    ticket: z.int(),
    centre: z.int().min(0),
    images: z.array(z.string()).max(mostMaps),
    /** Longest side of the pictures that come with them. */
    side: z.int().min(32).max(1024),
  }),
  z.object({
    type: z.literal('gallery.mark'),
    ticket: z.int(),
    identity: z.string(),
    centres: z.array(z.int().min(0)).min(1),
    mark: markSchema,
  }),
  /** Open the image a patch comes from, with this centre selected. */
  z.object({ type: z.literal('gallery.openImage'), image: z.string(), centre: z.int() }),
  z.object({ type: z.literal('gallery.command'), command: z.enum(galleryCommands) }),
]);
export type FromGallery = z.infer<typeof fromGallerySchema>;
