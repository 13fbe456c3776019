/** How seeds are made and written. */

/** Whose maps. */
export const seedMethods = ['cam', 'lpcam'] as const;
export type SeedMethod = (typeof seedMethods)[number];

/**
 * As what they are written. `irn`: IRN's dict (keys, cam, high_res); `dict`: class index to map, of MCTformer, EDAM and
 * SEAM; `png`: label maps at the study's threshold.
 */
export const seedSchemas = ['irn', 'dict', 'png'] as const;
export type SeedSchema = (typeof seedSchemas)[number];
