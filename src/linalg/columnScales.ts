import { cutDoubles } from "./cutDoubles.ts";
import { largestMagnitude } from "./largestMagnitude.ts";
import type { Matrix } from "./matrix.ts";

/** Centres and scales of the columns of X. */
export interface ColumnScales {
  /** what is taken from each column; 0 where centring would not help or no constant is in the span before it */
  readonly center: Float64Array;
  /** a power of two near `spread`, so that scaling rounds nothing; 1 for columns of ordinary size, 0 for zeros */
  readonly scale: Float64Array;
  /** root mean square of each column after centring */
  readonly spread: Float64Array;
  /** root mean square of each column before centring */
  readonly size: Float64Array;
  /** columns [spanStart, spanEnd) add up to the constant `spanValue` in every row; empty without an intercept */
  readonly spanStart: number;
  readonly spanEnd: number;
  readonly spanValue: number;
}

/**
 * Columns with spreads from 1 / ORDINARY to it are left alone: indicators of levels that are rare, but not one row in a
 * million, among them. A copy of X for their sake would change no digit.
 */
const ORDINARY = 2 ** 10;

/** What is known of X beforehand; saves passes over it. */
interface KnownColumns {
  /** X'WX, p x p */
  readonly gram?: Float64Array;
  /** the first column is ones */
  readonly intercept?: boolean;
}

/**
 * Centres and scales of the columns of X (n x p), in the metric of the weights.
 *
 * A column is centred when its mean is well above its spread; centring others would gain nothing and fill in
 * the zeros of indicator columns.
 */
export function columnScales(
  X: Matrix,
  weights?: Float64Array,
  centering: boolean = true,
  { gram, intercept = false }: KnownColumns = {},
): ColumnScales {
  const n = X.rows;
  const p = X.columns;
  const [center, scale, spread, size] = cutDoubles([p, p, p, p]) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const span = !centering
    ? { start: 0, end: 0, value: 1 }
    : intercept
      ? { start: 0, end: 1, value: 1 }
      : constantSpan(X);
  let total = n;
  if (weights !== undefined) {
    total = 0;
    for (let i = 0; i < n; i++) total += weights[i]!;
  }
  const moments = { sum: 0, squares: 0 };
  for (let j = 0; j < p; j++) {
    const start = j * n;
    let unit = 1;
    if (gram === undefined) columnMoments(X.values, start, n, weights, 0, 1, moments);
    else {
      moments.squares = gram[j + j * p]!;
      moments.sum = 0;
      for (let k = span.start; k < span.end; k++) moments.sum += gram[k + j * p]! / span.value;
    }
    if (!(moments.squares > 1e-200 && moments.squares < 1e200)) {
      unit = powerOfTwo(largestMagnitude(X.values, start, start + n));
      if (unit === 0) continue;
      columnMoments(X.values, start, n, weights, 0, unit, moments);
    }
    const mean = moments.sum / total;
    const meanSquare = moments.squares / total;
    size[j] = Math.sqrt(meanSquare) * unit;
    spread[j] = size[j]!;
    if (j >= span.end && span.end > span.start && mean * mean > 0.75 * meanSquare) {
      columnMoments(X.values, start, n, weights, mean * unit, unit, moments);
      const rest =
        Math.sqrt(Math.max(0, moments.squares - (moments.sum * moments.sum) / total) / total) * unit;
      // what is left of a constant is rounding
      if (rest > 8 * Number.EPSILON * size[j]!) {
        center[j] = mean * unit;
        spread[j] = rest;
      }
    }
    scale[j] = spread[j]! > 1 / ORDINARY && spread[j]! < ORDINARY ? 1 : powerOfTwo(spread[j]!);
  }
  return { center, scale, spread, size, spanStart: span.start, spanEnd: span.end, spanValue: span.value };
}

/** (x - center) / scale per column, n x p; X itself where nothing is to do. */
export function standardize(X: Matrix, scales: ColumnScales): Matrix {
  if (scales.scale.every((scale) => scale === 1) && scales.center.every((center) => center === 0)) return X;
  const n = X.rows;
  const values = X.values.slice();
  for (let j = 0; j < X.columns; j++) {
    const scale = scales.scale[j]!;
    const center = scales.center[j]!;
    if (scale === 0 || (scale === 1 && center === 0)) continue;
    // exact: the scale is a power of two
    const inverse = 1 / scale;
    for (let i = j * n; i < (j + 1) * n; i++) values[i] = (values[i]! - center) * inverse;
  }
  return { rows: n, columns: X.columns, values };
}

/** Weighted sums of (x - center) / unit and of its squares, into `out`. */
function columnMoments(
  x: Float64Array,
  start: number,
  n: number,
  weights: Float64Array | undefined,
  center: number,
  unit: number,
  out: { sum: number; squares: number },
): void {
  const inverse = 1 / unit;
  let sum = 0;
  let squares = 0;
  if (weights === undefined) {
    for (let i = start; i < start + n; i++) {
      const value = (x[i]! - center) * inverse;
      sum += value;
      squares += value * value;
    }
  } else {
    for (let i = 0; i < n; i++) {
      const value = (x[start + i]! - center) * inverse;
      const weighted = weights[i]! * value;
      sum += weighted;
      squares += weighted * value;
    }
  }
  out.sum = sum;
  out.squares = squares;
}

/** The first constant column, or the first run of indicator columns that add up to one in every row. */
function constantSpan(X: Matrix): { start: number; end: number; value: number } {
  const n = X.rows;
  const x = X.values;
  let runStart = -1;
  let runTotal = 0;
  for (let j = 0; j < X.columns && n > 0; j++) {
    const start = j * n;
    const first = x[start]!;
    let i = 1;
    while (i < n && x[start + i] === first) i++;
    if (i === n && first !== 0) return { start: j, end: j + 1, value: first };
    const count = countOnes(x, start, n);
    if (count < 0) {
      runStart = -1;
      runTotal = 0;
      continue;
    }
    if (runStart < 0) runStart = j;
    runTotal += count;
    if (runTotal === n && addsUpToOne(X, runStart, j + 1)) return { start: runStart, end: j + 1, value: 1 };
  }
  return { start: 0, end: 0, value: 1 };
}

/** Number of ones of an indicator column; -1 when another value than 0 and 1 occurs. */
function countOnes(x: Float64Array, start: number, n: number): number {
  let count = 0;
  for (let i = start; i < start + n; i++) {
    const value = x[i]!;
    if (value === 1) count++;
    else if (value !== 0) return -1;
  }
  return count;
}

function addsUpToOne(X: Matrix, start: number, end: number): boolean {
  const n = X.rows;
  for (let i = 0; i < n; i++) {
    let sum = 0;
    for (let j = start; j < end; j++) sum += X.values[i + j * n]!;
    if (sum !== 1) return false;
  }
  return true;
}

/** The power of two at or just below a positive number, kept where its inverse is finite; 0 for 0. */
function powerOfTwo(value: number): number {
  return value === 0 ? 0 : 2 ** Math.max(-1020, Math.min(1020, Math.floor(Math.log2(value))));
}
