/**
 * Numbers out of bytes without making strings.
 *
 * A decimal m * 10^e with m < 2^53 and |e| <= 22 has both parts exact in double precision, so that one
 * multiplication or division rounds correctly (Clinger 1990, "How to read floating point numbers
 * accurately", section 3). Everything else goes to the correctly rounding `Number(text)`.
 */

const POWERS_OF_TEN: Float64Array = Float64Array.from({ length: 23 }, (_, i) => Number(`1e${i}`));
const LARGEST_EXACT = 2 ** 53 - 1;

const PLUS = 43;
const MINUS = 45;
const LETTER_E = 69;
const LOWER = 32;

/**
 * The number written in `bytes[start, end)`, or NaN where that is not a number.
 *
 * Syntax: sign, digits with one decimal mark, exponent, or `Inf`, `Infinity` in any case; as R, but no
 * hexadecimal. No blanks, no thousands separators. No spelling of a number gives NaN.
 *
 * @param decimal byte of the decimal mark
 */
export function parseNumber(bytes: Uint8Array, start: number, end: number, decimal: number): number {
  if (start >= end) return Number.NaN;
  let p = start;
  const first = bytes[p]!;
  const negative = first === MINUS;
  if (negative || first === PLUS) p++;
  let mantissa = 0;
  let digits = 0;
  let fraction = 0;
  for (; p < end; p++) {
    const digit = bytes[p]! - 48;
    if (digit < 0 || digit > 9) break;
    mantissa = mantissa * 10 + digit;
    digits++;
  }
  if (p < end && bytes[p] === decimal) {
    for (p++; p < end; p++) {
      const digit = bytes[p]! - 48;
      if (digit < 0 || digit > 9) break;
      mantissa = mantissa * 10 + digit;
      fraction++;
    }
    digits += fraction;
  }
  if (digits === 0) return p < end && fraction === 0 ? infinity(bytes, p, end, negative) : Number.NaN;
  let exponent = 0;
  if (p < end) {
    if ((bytes[p]! & ~LOWER) !== LETTER_E) return Number.NaN;
    p++;
    const sign = p < end ? bytes[p]! : 0;
    if (sign === MINUS || sign === PLUS) p++;
    if (p === end) return Number.NaN;
    for (; p < end; p++) {
      const digit = bytes[p]! - 48;
      if (digit < 0 || digit > 9) return Number.NaN;
      if (exponent < 1e6) exponent = exponent * 10 + digit;
    }
    if (sign === MINUS) exponent = -exponent;
  }
  const power = exponent - fraction;
  if (mantissa > LARGEST_EXACT || power > 22 || power < -22) return fromText(bytes, start, end, decimal);
  const magnitude = power < 0 ? mantissa / POWERS_OF_TEN[-power]! : mantissa * POWERS_OF_TEN[power]!;
  return negative ? -magnitude : magnitude;
}

/** The number that a text is under `parseNumber`, blanks around it ignored, or NaN. */
export function parseNumberText(text: string, decimal: "." | "," = "."): number {
  const trimmed = text.trim();
  const bytes = new Uint8Array(trimmed.length);
  for (let i = 0; i < bytes.length; i++) {
    const code = trimmed.charCodeAt(i);
    if (code > 126) return Number.NaN;
    bytes[i] = code;
  }
  return parseNumber(bytes, 0, bytes.length, decimal.charCodeAt(0));
}

/** Only for text whose syntax has been checked. */
function fromText(bytes: Uint8Array, start: number, end: number, decimal: number): number {
  let text = "";
  for (let i = start; i < end; i++) text += bytes[i] === decimal ? "." : String.fromCharCode(bytes[i]!);
  return Number(text);
}

function infinity(bytes: Uint8Array, start: number, end: number, negative: boolean): number {
  const length = end - start;
  if (length !== 3 && length !== 8) return Number.NaN;
  for (let i = 0; i < length; i++) {
    if ((bytes[start + i]! | LOWER) !== "infinity".charCodeAt(i)) return Number.NaN;
  }
  return negative ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}
