import { type ColumnScales, columnScales, standardize } from "./columnScales.ts";
import type { Matrix } from "./matrix.ts";
import { preciseResiduals, preciseTransposedProduct } from "./preciseProducts.ts";
import {
  householderQr,
  multiplyQ,
  multiplyQTransposed,
  type QrFactorization,
  solveR,
  solveRTransposed,
} from "./qr.ts";

/** Solution of min |W^1/2 (y - X b)|. */
interface LeastSquares {
  /** b, length p, in the coding of X */
  readonly coefficients: Float64Array;
  /** y - X b, length n (not weighted) */
  readonly residuals: Float64Array;
  /** sum of w_i residual_i^2 */
  readonly residualSumOfSquares: number;
  /** R^-1 of the QR of W^1/2 X, p x p upper triangular: (X'WX)^-1 = R^-1 R^-T */
  readonly inverseR: Matrix;
  /** (X'WX)^-1, p x p */
  readonly unscaledCovariance: Matrix;
  /**
   * Q'W^1/2 y, length p: coordinates of the fit in the orthonormal basis that QR makes of the columns in order.
   * The sum of squares of those of a term is its sequential sum of squares.
   */
  readonly effects: Float64Array;
}

/** At most this many solves; each gains the digits that the first one got right. */
const maximumPasses = 5;

/**
 * Least squares for a full-rank X by Householder QR of the centred and scaled columns, with iterative refinement
 * of the augmented system.
 *
 * X is n x p with n >= p, `y` and `weights` have length n, weights are positive. Refinement (Bjorck 1967,
 * BIT 7:257) corrects b and the residuals together, from residuals in twice the working precision; so b is right
 * to nearly working accuracy for the numbers in X and y even when columns are almost collinear or the response is
 * far from zero.
 */
export function leastSquares(X: Matrix, y: Float64Array, weights?: Float64Array): LeastSquares {
  const n = X.rows;
  const p = X.columns;
  const roots = weights === undefined ? null : weights.map(Math.sqrt);
  const scales = columnScales(X, weights);
  const standard = standardize(X, scales);
  const A = roots === null ? standard : { ...standard, values: standard.values.slice() };
  if (roots !== null) {
    for (let j = 0, at = 0; j < p; j++)
      for (let i = 0; i < n; i++, at++) A.values[at] = A.values[at]! * roots[i]!;
  }
  const qr = householderQr(A, new Float64Array(p));
  const b = new Float64Array(p);
  const low = new Float64Array(p);
  const r = new Float64Array(n);
  for (let pass = 0; pass < maximumPasses; pass++) {
    // residuals f and g of  r + X b = y,  X'W r = 0, then the correction from the QR
    const f = pass === 0 ? y.slice() : preciseResiduals(X, b, low, y, r);
    const g = pass === 0 ? new Float64Array(p) : preciseTransposedProduct(X, r, weights);
    if (roots !== null) for (let i = 0; i < n; i++) f[i] = f[i]! * roots[i]!;
    const step = unstandardize(correct(qr, f, standardizeGradient(g, scales)), scales);
    let squares = 0;
    for (let i = 0; i < n; i++) {
      r[i] = r[i]! + (roots === null ? f[i]! : f[i]! / roots[i]!);
      squares += r[i]! * r[i]!;
    }
    const spread = Math.sqrt(squares / n);
    let moved = 0;
    for (let j = 0; j < p; j++) {
      addTwoFold(b, low, j, step[j]!);
      const size = Math.abs(b[j]!) + (1e-6 * spread) / scales.spread[j]!;
      if (size > 0) moved = Math.max(moved, Math.abs(step[j]!) / size);
    }
    // the next correction would be smaller by about the same factor as this one was
    if (moved < 1e-9) break;
  }
  const inverseR = inverse(qr, scales);
  return {
    coefficients: b,
    residuals: r,
    residualSumOfSquares: sumOfSquares(r, weights),
    inverseR,
    unscaledCovariance: timesTranspose(inverseR),
    effects: effectsOf(qr, b, scales),
  };
}

/**
 * Solves [I A; A' 0] [s; c] = [f; -g] with A = QR: f becomes s (length n), c is returned (length p).
 */
function correct(qr: QrFactorization, f: Float64Array, g: Float64Array): Float64Array {
  const p = qr.columns;
  multiplyQTransposed(qr, f);
  solveRTransposed(qr, g);
  const c = new Float64Array(p);
  for (let j = 0; j < p; j++) {
    c[j] = f[j]! + g[j]!;
    f[j] = -g[j]!;
  }
  solveR(qr, c);
  multiplyQ(qr, f);
  return c;
}

/** T0^-1 c: coefficients of X = standardized * T0 from those of the standardized columns; in place. */
function unstandardize(c: Float64Array, scales: ColumnScales): Float64Array {
  const { scale, center, spanStart, spanEnd, spanValue } = scales;
  let constant = 0;
  for (let j = 0; j < c.length; j++) {
    c[j] = scale[j]! > 0 ? c[j]! / scale[j]! : 0;
    constant += center[j]! * c[j]!;
  }
  for (let k = spanStart; k < spanEnd; k++) c[k] = c[k]! - constant / spanValue;
  return c;
}

/** T0^-T g; in place. */
function standardizeGradient(g: Float64Array, scales: ColumnScales): Float64Array {
  const { scale, center, spanStart, spanEnd, spanValue } = scales;
  let constant = 0;
  for (let k = spanStart; k < spanEnd; k++) constant += g[k]!;
  for (let j = 0; j < g.length; j++) {
    g[j] = scale[j]! > 0 ? (g[j]! - (center[j]! * constant) / spanValue) / scale[j]! : 0;
  }
  return g;
}

/** b_j + low_j += step, keeping what rounding drops. */
function addTwoFold(b: Float64Array, low: Float64Array, j: number, step: number): void {
  const before = b[j]!;
  const sum = before + step;
  const virtual = sum - before;
  const rest = low[j]! + (before - (sum - virtual) + (step - virtual));
  b[j] = sum + rest;
  low[j] = rest - (b[j]! - sum);
}

/** R c with c = T0 b. */
function effectsOf(qr: QrFactorization, b: Float64Array, scales: ColumnScales): Float64Array {
  const { scale, center, spanStart, spanEnd, spanValue } = scales;
  const p = b.length;
  let constant = 0;
  for (let j = 0; j < p; j++) constant += center[j]! * b[j]!;
  const c = b.map((value, j) =>
    j >= spanStart && j < spanEnd ? (value + constant / spanValue) * scale[j]! : value * scale[j]!,
  );
  const effects = new Float64Array(p);
  for (let j = 0; j < p; j++) {
    for (let i = 0; i <= j; i++) effects[i] = effects[i]! + qr.packed[i + j * qr.rows]! * c[j]!;
  }
  return effects;
}

/** T0^-1 R^-1. */
function inverse(qr: QrFactorization, scales: ColumnScales): Matrix {
  const p = qr.columns;
  const values = new Float64Array(p * p);
  for (let j = 0; j < p; j++) {
    const unit = new Float64Array(p);
    unit[j] = 1;
    solveR(qr, unit);
    values.set(unstandardize(unit, scales), j * p);
  }
  return { rows: p, columns: p, values };
}

/** U U' for upper triangular U. */
function timesTranspose(U: Matrix): Matrix {
  const p = U.rows;
  const values = new Float64Array(p * p);
  for (let i = 0; i < p; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let k = 0; k < p; k++) sum += U.values[i + k * p]! * U.values[j + k * p]!;
      values[i + j * p] = sum;
      values[j + i * p] = sum;
    }
  }
  return { rows: p, columns: p, values };
}

/** Sum of w r^2, compensated. */
function sumOfSquares(r: Float64Array, weights: Float64Array | undefined): number {
  let sum = 0;
  let rest = 0;
  for (let i = 0; i < r.length; i++) {
    const term = (weights === undefined ? 1 : weights[i]!) * r[i]! * r[i]!;
    const next = sum + term;
    rest += Math.abs(sum) >= term ? sum - next + term : term - next + sum;
    sum = next;
  }
  return sum + rest;
}
