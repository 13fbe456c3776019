/** Numbers of a checkpoint as the page writes them; a true minus keeps columns straight. */

const none = '–';

/** A count with thin spaces between thousands. */
export function count(number: number): string {
  return String(Math.round(number)).replace(/\B(?=(\d{3})+$)/g, '\u202f');
}

/** "1 tensor", "3 tensors". */
export function counted(number: number, noun: string): string {
  return `${count(number)} ${noun}${number === 1 ? '' : 's'}`;
}

/** "23.5 M", for numbers that nobody compares digit by digit. */
export function rounded(number: number): string {
  const steps = [
    [1e9, 'G'],
    [1e6, 'M'],
    [1e3, 'k'],
  ] as const;
  const step = steps.find(([size]) => number >= size * 0.9995);
  return step ? `${Number((number / step[0]).toPrecision(3))} ${step[1]}` : count(number);
}

/** "33.1 MB", in powers of ten as file managers and PyTorch Hub count. */
export function byteSize(bytes: number): string {
  return bytes < 1000 ? `${bytes} B` : `${rounded(bytes)}B`;
}

/** A weight's value: four significant digits, exact where it is a whole number; an en dash where there is none. */
export function value(number: number | null): string {
  if (number === null) return none;
  const size = Math.abs(number);
  if (number === 0) return '0';
  if (Number.isInteger(number) && size < 1e6) return minus(String(number));
  return minus(
    size >= 1e5 || size < 1e-3 ? number.toExponential(2).replace('e+', 'e') : number.toPrecision(4),
  );
}

/** A cosine, two decimals; an en dash where a row has no direction. */
export function cosine(number: number): string {
  return Number.isNaN(number) ? none : minus(number.toFixed(2).replace(/^-(?=0\.00$)/, ''));
}

function minus(text: string): string {
  return text.replace(/-/g, '−');
}

/** "64 × 3 × 7 × 7", in thin spaces; a scalar has no sides. */
export function shapeText(shape: readonly number[]): string {
  return shape.length === 0 ? 'scalar' : shape.join('\u2009×\u2009');
}

/** A share of a whole, for progress. */
export function percent(done: number, total: number): string {
  return `${total > 0 ? Math.min(100, Math.floor((done / total) * 100)) : 0} %`;
}
