/** The ways in which the field writes seeds down. */

export const seedDialects = [
  'irn',
  'toco',
  'amn',
  'sipe',
  'clip-es',
  'empty',
  'dict',
  'probabilities',
  'array',
  'png',
] as const;
export type SeedDialect = (typeof seedDialects)[number];

/** For people: whose files look like this, and what is in them. */
export const dialectTitles: Readonly<Record<SeedDialect, string>> = {
  irn: "IRN's dict: keys, cam, high_res (also LPCAM, ReCAM, AdvCAM)",
  toco: "ToCo's dict: keys, high_res",
  amn: "AMN's dict: keys, cam, high_res with a background channel first",
  sipe: "SIPE's dict: keys with the background, IS_CAM",
  'clip-es': "CLIP-ES's dict: keys, attn_highres",
  empty: 'a dict without maps: the image has no labelled class',
  dict: 'a dict of class index to map (MCTformer, EDAM, SEAM)',
  probabilities: 'a dict of label to map with the background as 0 (CRF output of EDAM, SEAM, MCTformer)',
  array: 'a plain array',
  png: 'a PNG',
};
