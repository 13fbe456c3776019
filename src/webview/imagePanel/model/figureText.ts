/** Numbers as the panel writes them. Seeds are scored in percent with one decimal, maps and cosines with three. */

/** A fraction 0..1 in percent, one decimal; an en dash where there is none. */
export function percent(fraction: number | null): string {
  return fraction === null || Number.isNaN(fraction) ? '–' : (fraction * 100).toFixed(1);
}

/** A map's value or a cosine; an en dash where there is none. */
export function value(number: number | null): string {
  if (number === null) return '–';
  if (Number.isNaN(number)) return 'NaN';
  // A true minus keeps the columns straight; -0.000 is 0.
  const text = number.toFixed(3).replace(/^-(?=0\.000$)/, '');
  return text.replace('-', '−');
}

/** A count with thin spaces between thousands. */
export function count(number: number): string {
  return String(Math.round(number)).replace(/\B(?=(\d{3})+$)/g, '\u202f');
}

/** Milliseconds below a second, else seconds with one decimal. */
export function duration(milliseconds: number): string {
  return milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
}
