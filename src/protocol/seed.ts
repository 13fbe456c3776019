/** A seed file as it is shown: its maps or labels, and what the study knows of the image it belongs to. */
import * as z from 'zod';
import { seedDialects } from '../lpcam/seedDialects';
import { bytes, floats } from './arrays';

const fieldSchema = z.object({
  /** As the file calls it; empty where the file is nothing but this array. */
  name: z.string(),
  dtype: z.string(),
  shape: z.array(z.int()),
  holder: z.enum(['array', 'tensor', 'list', 'pixels']),
});

const contentSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('maps'),
    /** Class indices, from 0. */
    keys: z.array(z.int()),
    /** One per key, [height * width], in the file's own values. */
    maps: z.array(floats),
    /** Null: the file has none. */
    background: floats.nullable(),
  }),
  z.object({
    kind: z.literal('labels'),
    /** Classes that occur, from 0. */
    keys: z.array(z.int()),
    /** [height * width]: 0 background, class index + 1, 255 ignored. */
    labels: bytes,
  }),
  z.object({
    kind: z.literal('saliency'),
    map: floats,
    /** The value that means entirely salient. */
    full: z.number(),
  }),
]);

export const shownSeedSchema = z.object({
  dialect: z.enum(seedDialects),
  fields: z.array(fieldSchema),
  /** What was taken for granted because the file does not say it; null: nothing. */
  assumption: z.string().nullable(),
  /** Of the maps or labels; 0 where there is none. */
  height: z.int(),
  width: z.int(),
  content: contentSchema,
  /** Null: no study. */
  study: z.object({ file: z.string().nullable(), name: z.string() }).nullable(),
  /** The study's names by class index; null: nothing names them. */
  classNames: z.array(z.string()).nullable(),
  /** Classes the image is labelled with; null: nobody says. */
  labelled: z.array(z.int()).nullable(),
  /** The image's id in the study; null: it belongs to none of its images. */
  id: z.string().nullable(),
  /** Path of the image; null: `withoutImage` says why. */
  image: z.string().nullable(),
  withoutImage: z.string().nullable(),
  mask: z.object({ path: z.string(), width: z.int(), height: z.int(), labels: bytes }).nullable(),
  /** Background score to begin with. */
  threshold: z.number(),
  /** What does not fit together, in sentences. */
  warnings: z.array(z.string()),
});
export type ShownSeed = z.infer<typeof shownSeedSchema>;
export type SeedContent = ShownSeed['content'];

/** The seed file that a study has of an image. */
export const imageSeedSchema = z.object({
  path: z.string(),
  /** Folder in the study's folder of seeds: lpcam, cam, ...; empty: that folder itself. */
  kind: z.string(),
  content: contentSchema,
  height: z.int(),
  width: z.int(),
});
export type ImageSeed = z.infer<typeof imageSeedSchema>;

/** What a person says a file is that could be either. */
export const readAsChoices = ['labels', 'saliency'] as const;
export const readAsSchema = z.enum(readAsChoices).nullable();
export type ReadAs = z.infer<typeof readAsSchema>;
