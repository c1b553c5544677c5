import type { Matrix } from "./matrix.ts";

/**
 * Products and sums in twice the working precision by error-free transformations: a + b and a * b are exactly
 * hi + lo (Knuth's TwoSum; Dekker's TwoProduct with Veltkamp's splitting, as there is no fused multiply-add).
 * Ogita, Rump & Oishi 2005, SIAM J. Sci. Comput. 26:1955.
 */
const splitter = 134217729;

/**
 * target - subtracted - X (b + low), each entry rounded once (to within 2^-104 of the terms' sizes), length n.
 *
 * @param b p numbers with low-order parts `low`
 */
export function preciseResiduals(
  X: Matrix,
  b: Float64Array,
  low: Float64Array,
  target: Float64Array,
  subtracted: Float64Array,
): Float64Array {
  const n = X.rows;
  const high = new Float64Array(n);
  const rest = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const sum = target[i]! - subtracted[i]!;
    const virtual = sum - target[i]!;
    high[i] = sum;
    rest[i] = target[i]! - (sum - virtual) + (-subtracted[i]! - virtual);
  }
  for (let j = 0; j < X.columns; j++) {
    const factor = -b[j]!;
    const small = -low[j]!;
    if (factor === 0 && small === 0) continue;
    const spread = splitter * factor;
    const factorHigh = spread - (spread - factor);
    const factorLow = factor - factorHigh;
    for (let i = 0, at = j * n; i < n; i++, at++) {
      const x = X.values[at]!;
      const wide = splitter * x;
      const xHigh = wide - (wide - x);
      const xLow = x - xHigh;
      const product = x * factor;
      const error = xLow * factorLow - (product - xHigh * factorHigh - xLow * factorHigh - xHigh * factorLow);
      const before = high[i]!;
      const sum = before + product;
      const virtual = sum - before;
      high[i] = sum;
      rest[i] = rest[i]! + (before - (sum - virtual) + (product - virtual) + error + x * small);
    }
  }
  for (let i = 0; i < n; i++) high[i] = high[i]! + rest[i]!;
  return high;
}

/** X'(W r), each entry rounded once, length p. */
export function preciseTransposedProduct(X: Matrix, r: Float64Array, weights?: Float64Array): Float64Array {
  const n = X.rows;
  const out = new Float64Array(X.columns);
  const factors = weights === undefined ? r : new Float64Array(n);
  const lows = weights === undefined ? null : new Float64Array(n);
  if (lows !== null) {
    for (let i = 0; i < n; i++) {
      factors[i] = weights![i]! * r[i]!;
      lows[i] = productError(weights![i]!, r[i]!, factors[i]!);
    }
  }
  for (let j = 0; j < X.columns; j++) {
    let high = 0;
    let rest = 0;
    for (let i = 0, at = j * n; i < n; i++, at++) {
      const x = X.values[at]!;
      if (x === 0) continue;
      const product = x * factors[i]!;
      const sum = high + product;
      const virtual = sum - high;
      rest += high - (sum - virtual) + (product - virtual) + productError(x, factors[i]!, product);
      if (lows !== null) rest += x * lows[i]!;
      high = sum;
    }
    out[j] = high + rest;
  }
  return out;
}

/** a * b - product, exactly, when product = fl(a * b) and nothing overflows. */
function productError(a: number, b: number, product: number): number {
  const wideA = splitter * a;
  const highA = wideA - (wideA - a);
  const lowA = a - highA;
  const wideB = splitter * b;
  const highB = wideB - (wideB - b);
  const lowB = b - highB;
  return lowA * lowB - (product - highA * highB - lowA * highB - highA * lowB);
}
