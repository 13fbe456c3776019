/** Validators of typed arrays, which cross processes as they are (structured clone), never as JSON. */
import * as z from 'zod';

export const bytes = z.instanceof(Uint8Array);
export const floats = z.instanceof(Float32Array);
/** Halves, as their 16 bits. */
export const halves = z.instanceof(Uint16Array);
