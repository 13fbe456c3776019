/** What went wrong in practice and is shown rather than hidden (lpcam.md, section 6). */
export const noticeKinds = [
  'no-class-prototype',
  'no-context-prototype',
  'dead-seed',
  'empty-cluster',
  'fewer-rows-than-k',
  'no-rows',
  'not-settled',
  'width-not-multiple-of-stride',
  'class-without-images',
  'image-unreadable',
  'image-format',
  'scale-left-out',
  'not-refined',
  'bank-of-other-checkpoint',
  'bank-scored-anew',
  'no-bank',
  'labels-missing',
  'device-fallback',
  'study',
] as const;
export type NoticeKind = (typeof noticeKinds)[number];

/** One sentence for the person, with the class and file it concerns where there is one. */
export interface Notice {
  readonly kind: NoticeKind;
  readonly message: string;
  readonly classIndex?: number | undefined;
  readonly file?: string | undefined;
}
