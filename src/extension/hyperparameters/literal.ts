/** Numbers as Python and YAML write them. */

const number = /^[+-]?(\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(e[+-]?\d+)?$/i;

/** @returns null for what is no plain number */
export function parseNumber(text: string): number | null {
  const trimmed = text.trim();
  if (!number.test(trimmed)) return null;
  const value = Number(trimmed.replaceAll('_', ''));
  return Number.isFinite(value) ? value : null;
}

/** `"0.15"` -> 0.15, `"1.0,0.5"` -> [1, 0.5]: command lines take texts. */
export function parseText(text: string): number | readonly number[] | null {
  const whole = parseNumber(text);
  if (whole !== null) return whole;
  const parts = text
    .replace(/^[[(]|[\])]$/g, '')
    .split(/[,\s]+/)
    .filter((part) => part !== '')
    .map(parseNumber);
  if (parts.length < 2 || parts.length > 64) return null;
  return parts.every((part) => part !== null) ? parts : null;
}

/** The same literal with another number, in the same quotes. */
export function rewritten(literal: string, value: number): string {
  const quotes = /^([a-z]*(?:"""|'''|"|'))[^]*?("""|'''|"|')$/i.exec(literal);
  // At most as many digits as a slider has; never 0.30000000000000004.
  const text = String(Number(value.toFixed(4)));
  return quotes ? `${quotes[1] ?? ''}${text}${quotes[2] ?? ''}` : text;
}
