/**
 * Numbers as R prints them: a column of numbers shares one number of decimals, chosen so that every
 * entry shows at least `digits` significant digits or all it has; scientific where that is narrower.
 */

/** Extra decimals that reveal whether a double lies exactly half-way between two decimals. */
const TIE_DIGITS = 25;

/** `x` with `decimals` decimals; exact ties go to the even digit, as C's printf rounds (JavaScript rounds them up). */
export function toDecimals(x: number, decimals: number): string {
  const places = Math.min(Math.max(decimals, 0), 100);
  const magnitude = Math.abs(x);
  if (magnitude >= 1e21) return String(x);
  const rounded = magnitude.toFixed(places);
  const text = isTie(magnitude, places) && isOdd(rounded) ? previousDecimal(magnitude, places) : rounded;
  return x < 0 && /[1-9]/.test(text) ? `-${text}` : text;
}

function isTie(magnitude: number, places: number): boolean {
  if (places + TIE_DIGITS > 100) return false;
  const tail = magnitude.toFixed(places + TIE_DIGITS).slice(-TIE_DIGITS);
  return tail[0] === "5" && /^50*$/.test(tail);
}

function isOdd(text: string): boolean {
  return "13579".includes(text[text.length - 1]!);
}

function previousDecimal(magnitude: number, places: number): string {
  const long = magnitude.toFixed(places + TIE_DIGITS);
  const cut = long.slice(0, long.length - TIE_DIGITS);
  return cut.endsWith(".") ? cut.slice(0, -1) : cut;
}

/**
 * `x` rounded to `decimals` decimals (negative: to tens, hundreds) as R's round(): the nearer of the two
 * neighboring decimals, by differences in double precision, so that 0.15 is a tie; ties go to the even digit.
 */
export function roundTo(x: number, decimals: number): number {
  if (!Number.isFinite(x) || decimals > 15) return x;
  const unit = 10 ** Math.abs(decimals);
  const scale = (y: number): number => (decimals >= 0 ? y / unit : y * unit);
  const magnitude = Math.abs(x);
  const steps = Math.floor(decimals >= 0 ? magnitude * unit : magnitude / unit);
  const below = magnitude - scale(steps);
  const above = scale(steps + 1) - magnitude;
  const rounded = below < above || (below === above && steps % 2 === 0) ? steps : steps + 1;
  return Math.sign(x) * scale(rounded);
}

/** Small entries relative to the largest become exact zeros, as R's zapsmall(). */
export function zapSmall(values: readonly (number | null)[], digits: number): (number | null)[] {
  const largest = values.reduce<number>(
    (m, x) => (x !== null && Number.isFinite(x) ? Math.max(m, Math.abs(x)) : m),
    0,
  );
  const decimals = largest > 0 ? Math.floor(Math.max(0, digits - Math.log10(largest)) + 0.5) : digits;
  return values.map((x) => (x === null ? null : roundTo(x, decimals)));
}

/** Significant decimal form: mantissa digits without trailing zeros, and the power of ten. */
interface Significant {
  readonly digits: number;
  readonly power: number;
}

function significantForm(x: number, digits: number): Significant {
  if (x === 0) return { digits: 1, power: 0 };
  const [mantissa, power] = Math.abs(x)
    .toExponential(digits - 1)
    .split("e") as [string, string];
  return { digits: Math.max(mantissa.replace(".", "").replace(/0+$/, "").length, 1), power: Number(power) };
}

/** How a column of numbers is written. */
export type NumberStyle =
  | { readonly kind: "fixed"; readonly decimals: number }
  | { readonly kind: "scientific"; readonly decimals: number };

/** The style that shows every value with `digits` significant digits in the narrower of two notations; fixed on a tie. */
export function chooseStyle(values: readonly (number | null)[], digits: number): NumberStyle {
  const finite = values.filter((x): x is number => x !== null && Number.isFinite(x));
  const forms = finite.map((x) => significantForm(x, digits));
  const decimals = forms.reduce((m, f) => Math.max(m, f.digits - f.power - 1), 0);
  const mantissa = forms.reduce((m, f) => Math.max(m, f.digits), 1);
  const left = forms.reduce((m, f) => Math.max(m, f.power + 1), 1);
  const sign = finite.some((x) => x < 0) ? 1 : 0;
  const exponent = forms.some((f) => Math.abs(f.power) >= 100) ? 5 : 4;
  const negativeLeft = forms.reduce(
    (m, f, i) => Math.max(m, Math.max(f.power + 1, 1) + (finite[i]! < 0 ? 1 : 0)),
    left,
  );
  const fixedWidth = negativeLeft + (decimals > 0 ? decimals + 1 : 0);
  const scientificWidth = sign + mantissa + (mantissa > 1 ? 1 : 0) + exponent;
  return fixedWidth <= scientificWidth
    ? { kind: "fixed", decimals }
    : { kind: "scientific", decimals: mantissa - 1 };
}

/** One number in a style; missing and non-finite values as R writes them. */
export function writeNumber(x: number | null, style: NumberStyle): string {
  if (x === null || Number.isNaN(x)) return "NA";
  if (!Number.isFinite(x)) return x > 0 ? "Inf" : "-Inf";
  if (style.kind === "fixed") return toDecimals(x, style.decimals);
  const [mantissa, power] = x.toExponential(style.decimals).split("e") as [string, string];
  const magnitude = Math.abs(Number(power));
  return `${mantissa}e${Number(power) < 0 ? "-" : "+"}${magnitude < 10 ? "0" : ""}${magnitude}`;
}

/** A column of numbers with common decimals, not padded. */
export function formatNumbers(values: readonly (number | null)[], digits: number): string[] {
  const style = chooseStyle(values, digits);
  return values.map((x) => writeNumber(x, style));
}

/** One number on its own. */
export function formatNumber(x: number | null, digits: number): string {
  return formatNumbers([x], digits)[0]!;
}

/** R's machine epsilon: smaller p-values are printed as `< 2e-16`. */
const SMALLEST_P = 2 ** -52;

/**
 * p-values as R prints them: fixed from 0.0001 up, scientific below, `< 2e-16` for what double precision
 * cannot tell from zero. Missing values are "NA".
 */
export function formatPValues(values: readonly (number | null)[], digits: number): string[] {
  const known = values.filter((p): p is number => p !== null && !Number.isNaN(p));
  const shown = known.filter((p) => p >= SMALLEST_P);
  const fixedStyle = chooseStyle(shown.filter(isPlain), digits);
  const smallStyle = chooseStyle(
    shown.filter((p) => !isPlain(p)),
    digits,
  );
  const write = (p: number): string => writeNumber(p, isPlain(p) ? fixedStyle : smallStyle);
  const below = belowSmallest(shown.map(write), digits);
  return values.map((p) => (p === null || Number.isNaN(p) ? "NA" : p < SMALLEST_P ? below : write(p)));
}

function isPlain(p: number): boolean {
  return p >= 1e-4;
}

/** The text for p below the smallest: as many digits, and a blank after `<`, as the other entries leave room for. */
function belowSmallest(others: readonly string[], digits: number): string {
  const wanted = Math.max(1, digits - 2);
  if (others.length === 0) return `<${wanted === 1 ? "" : " "}${formatNumber(SMALLEST_P, wanted)}`;
  const width = others.reduce((most, text) => Math.max(most, text.length), 0);
  const room = wanted > 1 && wanted + 6 > width ? Math.max(1, width - 7) : wanted;
  return `<${room === 1 && width <= 6 ? "" : " "}${formatNumber(SMALLEST_P, room)}`;
}
