import type { Matrix } from "./matrix.ts";

/** Centres and scales of the columns of X. */
export interface ColumnScales {
  /** what is taken from each column; 0 where centring would not help or no constant is in the span before it */
  readonly center: Float64Array;
  /** root mean square of each column after centring; 0 for a column of zeros */
  readonly scale: Float64Array;
  /** root mean square of each column before centring */
  readonly size: Float64Array;
  /** columns [spanStart, spanEnd) add up to the constant `spanValue` in every row; empty without an intercept */
  readonly spanStart: number;
  readonly spanEnd: number;
  readonly spanValue: number;
}

/**
 * Centres and scales of the columns of X (n x p), in the metric of the weights.
 *
 * A column is centred when its mean is larger than its spread; centring others would gain nothing and fill in
 * the zeros of indicator columns.
 */
export function columnScales(X: Matrix, weights?: Float64Array): ColumnScales {
  const n = X.rows;
  const p = X.columns;
  const x = X.values;
  const center = new Float64Array(p);
  const scale = new Float64Array(p);
  const size = new Float64Array(p);
  let total = n;
  if (weights !== undefined) {
    total = 0;
    for (let i = 0; i < n; i++) total += weights[i]!;
  }
  const span = constantSpan(X);
  for (let j = 0; j < p; j++) {
    const start = j * n;
    // powers of two keep very large and very small columns away from overflow without rounding
    const unit = powerOfTwo(x, start, n);
    if (unit === 0) continue;
    const inverse = 1 / unit;
    let sum = 0;
    let squares = 0;
    if (weights === undefined) {
      for (let i = start; i < start + n; i++) {
        const value = x[i]! * inverse;
        sum += value;
        squares += value * value;
      }
    } else {
      for (let i = 0; i < n; i++) {
        const value = x[start + i]! * inverse;
        sum += weights[i]! * value;
        squares += weights[i]! * value * value;
      }
    }
    const mean = sum / total;
    size[j] = Math.sqrt(squares / total) * unit;
    scale[j] = size[j]!;
    if (j < span.end || span.end === span.start || mean * mean * 2 <= squares / total) continue;
    let rest = 0;
    let drift = 0;
    for (let i = 0; i < n; i++) {
      const value = x[start + i]! * inverse - mean;
      const weight = weights === undefined ? 1 : weights[i]!;
      drift += weight * value;
      rest += weight * value * value;
    }
    center[j] = mean * unit;
    scale[j] = Math.sqrt(Math.max(0, rest - (drift * drift) / total) / total) * unit;
    // what is left of a constant is rounding
    if (scale[j]! <= 8 * Number.EPSILON * size[j]!) {
      center[j] = 0;
      scale[j] = size[j]!;
    }
  }
  return { center, scale, size, spanStart: span.start, spanEnd: span.end, spanValue: span.value };
}

/** (x - center) / scale per column, n x p. */
export function standardize(X: Matrix, scales: ColumnScales): Matrix {
  const n = X.rows;
  const values = new Float64Array(X.values.length);
  for (let j = 0; j < X.columns; j++) {
    const scale = scales.scale[j]!;
    if (scale === 0) continue;
    const center = scales.center[j]!;
    for (let i = j * n; i < (j + 1) * n; i++) values[i] = (X.values[i]! - center) / scale;
  }
  return { rows: n, columns: X.columns, values };
}

/** The first constant column, or the first run of indicator columns that add up to one in every row. */
function constantSpan(X: Matrix): { start: number; end: number; value: number } {
  const n = X.rows;
  const x = X.values;
  const none = { start: 0, end: 0, value: 1 };
  if (n === 0) return none;
  let runStart = -1;
  let runTotal = 0;
  for (let j = 0; j < X.columns; j++) {
    const start = j * n;
    const first = x[start]!;
    let i = 1;
    while (i < n && x[start + i] === first) i++;
    if (i === n && first !== 0) return { start: j, end: j + 1, value: first };
    let count = 0;
    let indicator = true;
    for (i = start; i < start + n; i++) {
      const value = x[i]!;
      if (value === 1) count++;
      else if (value !== 0) {
        indicator = false;
        break;
      }
    }
    if (!indicator) {
      runStart = -1;
      runTotal = 0;
      continue;
    }
    if (runStart < 0) runStart = j;
    runTotal += count;
    if (runTotal === n && addsUpToOne(X, runStart, j + 1)) return { start: runStart, end: j + 1, value: 1 };
  }
  return none;
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

/** A power of two near the largest magnitude where squares could overflow or vanish, otherwise 1; 0 for a column of zeros. */
function powerOfTwo(x: Float64Array, start: number, n: number): number {
  let largest = 0;
  for (let i = start; i < start + n; i++) {
    const value = Math.abs(x[i]!);
    if (value > largest) largest = value;
  }
  if (largest === 0 || (largest > 1e-100 && largest < 1e100)) return largest === 0 ? 0 : 1;
  return 2 ** Math.floor(Math.log2(largest));
}
