import * as z from 'zod';
import { noticeKinds } from '../lpcam/notice';

export const noticeSchema = z.object({
  kind: z.enum(noticeKinds),
  message: z.string(),
  classIndex: z.int().optional(),
  file: z.string().optional(),
});
