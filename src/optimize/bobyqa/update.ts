// Updating the inverse and the model when one interpolation point is replaced (Powell 2004; 2009, section 4; Box 5).

import { dot } from "../../linalg/squareProducts.ts";
import { addWeightedSquares } from "./initialize.ts";
import { type Interpolation, pointOf, squaredDistance } from "./interpolation.ts";

/** What a candidate point means for the inverse. Buffers, reused by the next call. */
export interface Candidate {
  /** Hw: Lagrange functions at the candidate (first m), then n more entries */
  readonly lagrange: Float64Array;
  /** beta of Powell's formula sigma = alpha beta + tau^2 */
  beta: number;
}

export function createCandidate(set: Interpolation): Candidate {
  return { lagrange: new Float64Array(set.m + set.n), beta: 0 };
}

/** Lagrange functions and beta at best + d, in the form that loses no digits when d is small (Powell 2006, section 4). */
export function describeCandidate(set: Interpolation, d: Float64Array, candidate: Candidate): void {
  const { n, m, points, z, b, best } = set;
  const { lagrange } = candidate;
  const origin = pointOf(set, best);
  const w = new Float64Array(m);
  lagrange.fill(0);
  for (let k = 0; k < m; k++) {
    let along = 0;
    let before = 0;
    for (let i = 0; i < n; i++) {
      along += points[k * n + i]! * d[i]!;
      before += points[k * n + i]! * origin[i]!;
    }
    w[k] = along * (0.5 * along + before);
  }
  let quadratic = 0;
  for (let j = 0; j < m - n - 1; j++) {
    let product = 0;
    for (let k = 0; k < m; k++) product += z[k + j * m]! * w[k]!;
    quadratic += product * product;
    for (let k = 0; k < m; k++) lagrange[k]! += product * z[k + j * m]!;
  }
  for (let j = 0; j < n; j++) {
    const column = j * (m + n);
    let upper = 0;
    for (let k = 0; k < m; k++) {
      upper += w[k]! * b[k + column]!;
      lagrange[k]! += b[k + column]! * d[j]!;
    }
    let whole = upper;
    for (let i = 0; i < n; i++) whole += b[m + i + column]! * d[i]!;
    lagrange[m + j] = whole;
    quadratic += (upper + whole) * d[j]!;
  }
  lagrange[best]! += 1;
  const size = dot(d, d);
  const along = dot(d, origin);
  candidate.beta = along * along + size * (dot(origin, origin) + 2 * along + 0.5 * size) - quadratic;
}

/** sigma = alpha beta + tau^2, the denominator of the update when point t is replaced by the candidate. */
export function denominator(set: Interpolation, candidate: Candidate, t: number): number {
  const { n, m, z } = set;
  let alpha = 0;
  for (let j = 0; j < m - n - 1; j++) alpha += z[t + j * m]! ** 2;
  return alpha * candidate.beta + candidate.lagrange[t]! ** 2;
}

/** Whether rounding has left the denominator less than half of what it is in exact arithmetic, at least tau^2. */
export function isDamaged(sigma: number, tau: number): boolean {
  return !(sigma > 0.5 * tau * tau) || !(sigma > 0);
}

/**
 * The point that the candidate replaces: a large denominator, and far from where the best point will be. The best
 * point itself may go only when the candidate is better.
 */
export function choosePoint(
  set: Interpolation,
  candidate: Candidate,
  d: Float64Array,
  improves: boolean,
  delta: number,
): number {
  const { n, m, points, best } = set;
  let chosen = -1;
  let largest = 0;
  for (let k = 0; k < m; k++) {
    if (k === best && !improves) continue;
    let distance = 0;
    for (let i = 0; i < n; i++) {
      const center = points[best * n + i]! + (improves ? d[i]! : 0);
      distance += (points[k * n + i]! - center) ** 2;
    }
    const weight = Math.max(1, distance / (delta * delta)) ** 2;
    const score = weight * denominator(set, candidate, k);
    if (score > largest) {
      largest = score;
      chosen = k;
    }
  }
  return chosen;
}

/** The point farthest from the best one, when its squared distance exceeds the threshold; else -1. */
export function farthestPoint(set: Interpolation, threshold: number): number {
  let farthest = -1;
  let largest = threshold;
  for (let k = 0; k < set.m; k++) {
    const distance = squaredDistance(set, k);
    if (distance > largest) {
      largest = distance;
      farthest = k;
    }
  }
  return farthest;
}

/**
 * Replaces point t by best + d with this value: inverse, points, model, best.
 * The model changes by the least Frobenius norm that interpolates: a multiple of the new Lagrange function of t.
 *
 * @param error value minus what the model predicted
 */
export function replacePoint(
  set: Interpolation,
  candidate: Candidate,
  t: number,
  d: Float64Array,
  value: number,
  error: number,
): void {
  const { n, m, points, values, best, gradient, hessian, z, b } = set;
  updateInverse(set, candidate, t, denominator(set, candidate, t));
  const origin = pointOf(set, best).slice();
  for (let i = 0; i < n; i++) {
    const moved = origin[i]! + d[i]!;
    points[t * n + i] = Math.min(set.upper[i]!, Math.max(set.lower[i]!, moved));
  }
  values[t] = value;

  const weights = new Float64Array(m);
  for (let j = 0; j < m - n - 1; j++) {
    const factor = error * z[t + j * m]!;
    for (let k = 0; k < m; k++) weights[k]! += factor * z[k + j * m]!;
  }
  addWeightedSquares(hessian, weights, points, n);
  for (let j = 0; j < n; j++) gradient[j]! += error * b[t + j * (m + n)]!;
  for (let k = 0; k < m; k++) {
    let along = 0;
    for (let i = 0; i < n; i++) along += points[k * n + i]! * origin[i]!;
    for (let j = 0; j < n; j++) gradient[j]! += weights[k]! * along * points[k * n + j]!;
  }
  if (value < values[best]! || t === best) {
    set.best = t;
    for (let j = 0; j < n; j++) {
      for (let i = 0; i < n; i++) gradient[i]! += hessian[i + j * n]! * (points[t * n + j]! - origin[j]!);
    }
  }
}

/**
 * The rank-two change of H, with Omega kept as Z Z' so that its rank and sign survive rounding:
 * H + (alpha u u' - beta v v' + tau (u v' + v u')) / sigma, u = e_t - Hw, v = H e_t (Powell 2004, eq. 4.11).
 */
function updateInverse(set: Interpolation, candidate: Candidate, t: number, sigma: number): void {
  const { n, m, z, b } = set;
  const { lagrange, beta } = candidate;
  // rotations leave Omega alone and give row t of Z one element only
  for (let j = 1; j < m - n - 1; j++) {
    const second = z[t + j * m]!;
    if (second === 0) continue;
    const length = Math.hypot(z[t]!, second);
    const cosine = z[t]! / length;
    const sine = second / length;
    for (let k = 0; k < m; k++) {
      const first = z[k]!;
      z[k] = cosine * first + sine * z[k + j * m]!;
      z[k + j * m] = cosine * z[k + j * m]! - sine * first;
    }
    z[t + j * m] = 0;
  }
  const pivot = z[t]!;
  const alpha = pivot * pivot;
  const tau = lagrange[t]!;
  const u = Float64Array.from(lagrange, (value) => -value);
  u[t]! += 1;
  const v = new Float64Array(m + n);
  for (let k = 0; k < m; k++) v[k] = pivot * z[k]!;
  for (let j = 0; j < n; j++) v[m + j] = b[t + j * (m + n)]!;

  const root = Math.sqrt(sigma);
  for (let k = 0; k < m; k++) z[k] = (tau * z[k]! + pivot * u[k]!) / root;
  for (let j = 0; j < n; j++) {
    const forU = (alpha * u[m + j]! + tau * v[m + j]!) / sigma;
    const forV = (tau * u[m + j]! - beta * v[m + j]!) / sigma;
    for (let k = 0; k < m + j + 1; k++) {
      b[k + j * (m + n)]! += forU * u[k]! + forV * v[k]!;
      if (k >= m) b[m + j + (k - m) * (m + n)] = b[k + j * (m + n)]!;
    }
  }
}
