import type { Sample } from "../sampler.ts";
import { type Interpolation, pointOf } from "./interpolation.ts";
import { formInverse } from "./inverse.ts";

/**
 * The first interpolation points, 2n + 1 of them on the axes at distance rho (Box 1; Powell 2009, section 2).
 * The base moves so that every variable is at a bound or at least rho away from it.
 *
 * @param sample objective at base + the given step
 * @returns false when rounding left no model
 */
export function initialize(set: Interpolation, rho: number, sample: (step: Float64Array) => Sample): boolean {
  const { n, m, base, points, lower, upper, values } = set;
  points.fill(0);
  for (let i = 0; i < n; i++) {
    const shift = shiftOf(lower[i]!, upper[i]!, rho);
    base[i]! += shift;
    lower[i]! -= shift;
    upper[i]! -= shift;
    const atLower = lower[i]! > -0.5 * rho;
    const atUpper = !atLower && upper[i]! < 0.5 * rho;
    points[(1 + i) * n + i] = atUpper ? -rho : rho;
    points[(1 + n + i) * n + i] = atLower ? 2 * rho : atUpper ? -2 * rho : -rho;
  }
  const defined = new Uint8Array(m);
  for (let k = 0; k < m; k++) {
    const { value, ok } = sample(pointOf(set, k));
    values[k] = value;
    defined[k] = ok ? 1 : 0;
  }
  moderate(values, defined);
  for (let k = 0; k < m; k++) if (values[k]! < values[set.best]!) set.best = k;
  if (!formInverse(set)) return false;
  adoptLeastNormModel(set);
  return true;
}

/** How far a variable at zero moves to be at a bound or a full rho inside. */
function shiftOf(lower: number, upper: number, rho: number): number {
  if (lower > -0.5 * rho) return lower;
  if (lower > -rho) return lower + rho;
  if (upper < 0.5 * rho) return upper;
  if (upper < rho) return upper - rho;
  return 0;
}

/** Undefined values become a little worse than the worst defined one: infinity would wreck a quadratic model. */
function moderate(values: Float64Array, defined: Uint8Array): void {
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (let k = 0; k < values.length; k++) {
    if (!defined[k]) continue;
    least = Math.min(least, values[k]!);
    most = Math.max(most, values[k]!);
  }
  for (let k = 0; k < values.length; k++) if (!defined[k]) values[k] = most + Math.max(1, most - least);
}

/** The interpolating quadratic whose Hessian has least Frobenius norm becomes the model. */
export function adoptLeastNormModel(set: Interpolation): void {
  const { gradient, hessian } = leastNormModel(set);
  set.gradient.set(gradient);
  set.hessian.set(hessian);
}

/** Gradient at the best point and Hessian: g = Xi f, Hessian = sum_k (Omega f)_k y_k y_k' (Powell 2004, section 2). */
export function leastNormModel(set: Interpolation): { gradient: Float64Array; hessian: Float64Array } {
  const { n, m, points, values, z, b, best } = set;
  const gradient = new Float64Array(n);
  const hessian = new Float64Array(n * n);
  const weights = new Float64Array(m);
  const lowest = values[best]!;
  for (let j = 0; j < m - n - 1; j++) {
    let product = 0;
    for (let k = 0; k < m; k++) product += z[k + j * m]! * (values[k]! - lowest);
    for (let k = 0; k < m; k++) weights[k]! += product * z[k + j * m]!;
  }
  addWeightedSquares(hessian, weights, points, n);
  for (let j = 0; j < n; j++) {
    let sum = 0;
    for (let k = 0; k < m; k++) sum += b[k + j * (m + n)]! * (values[k]! - lowest);
    for (let i = 0; i < n; i++) sum += hessian[i + j * n]! * points[best * n + i]!;
    gradient[j] = sum;
  }
  return { gradient, hessian };
}

/** hessian += sum_k weights_k y_k y_k' */
export function addWeightedSquares(
  hessian: Float64Array,
  weights: Float64Array,
  points: Float64Array,
  n: number,
): void {
  for (let k = 0; k < weights.length; k++) {
    for (let j = 0; j < n; j++) {
      const factor = weights[k]! * points[k * n + j]!;
      for (let i = 0; i < n; i++) hessian[i + j * n]! += factor * points[k * n + i]!;
    }
  }
}
