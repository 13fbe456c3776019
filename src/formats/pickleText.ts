/** How pickles of the several protocols spell text, bytes and numbers. */
import { latin1Bytes, smallest } from './numpyValue';
import type { PickleValue } from './pickleValue';

type Fail = (problem: string) => never;

/** A Python integer of more digits or bytes than this is no number anybody stored on purpose. */
export const longestInteger = 1024;

/** One character per byte. */
export function characters(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return text;
}

/** Python's raw-unicode-escape: only \uXXXX and \UXXXXXXXX are special. */
export function rawUnicode(text: string): string {
  return text.replace(/\\u([0-9a-fA-F]{4})|\\U([0-9a-fA-F]{8})/g, (whole, short?: string, long?: string) => {
    const point = parseInt(short ?? long ?? '', 16);
    return point <= 0x10ffff ? String.fromCodePoint(point) : whole;
  });
}

/** Bytes, however the protocol stored them: bytes, or text with one character per byte. */
export function asBytes(value: PickleValue | undefined): Uint8Array | null {
  if (value instanceof Uint8Array) return value;
  return typeof value === 'string' ? latin1Bytes(value) : null;
}

/** A Python 2 string in quotes, as protocol 0 writes it; one character per byte. */
export function unquoted(line: Uint8Array, fail: Fail): string {
  const text = characters(line).trim();
  const quote = text.charAt(0);
  if (text.length < 2 || (quote !== "'" && quote !== '"') || !text.endsWith(quote))
    fail('a string without quotes');
  return text
    .slice(1, -1)
    .replace(/\\(x[0-9a-fA-F]{2}|[\\'"nrt])/g, (_, code: string) =>
      code.startsWith('x')
        ? String.fromCharCode(parseInt(code.slice(1), 16))
        : ({ n: '\n', r: '\r', t: '\t' }[code] ?? code),
    );
}

/** A decimal integer; a number beyond 2^53 is a bigint. */
export function decimal(text: string, fail: Fail): number | bigint {
  if (!/^[+-]?\d+L?$/.test(text) || text.length > longestInteger) fail('a number that is none');
  return smallest(BigInt(text.replace(/L$/, '').replace(/^\+/, '')));
}

/** A decimal fraction as Python's repr writes it. */
export function decimalFraction(text: string, fail: Fail): number {
  if (/^[+-]?nan$/.test(text)) return NaN;
  if (/^[+-]?inf$/.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
  if (!/^[+-]?[\d.]+(e[+-]?\d+)?$/i.test(text)) fail('a number that is none');
  return Number(text);
}
