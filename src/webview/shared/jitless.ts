/**
 * Validators are not compiled to code: our CSP forbids `new Function`. A page's first import, because zod tries as soon as
 * the first validator is made: refused, that is reported as a violation, and the browser reads the whole script again
 * to say where, which takes longer than all validators do.
 */
import { config } from 'zod';

config({ jitless: true });
