// The step that repairs the geometry of the interpolation points (Box 9; Powell 2009, section 3): a point far from
// the best one is replaced by one where its Lagrange function is large, so that the model is well determined.

import { dot } from "../../linalg/squareProducts.ts";
import { addWeightedSquares } from "./initialize.ts";
import { type Interpolation, pointOf, symmetricTimes } from "./interpolation.ts";
import { createCandidate, denominator, describeCandidate } from "./update.ts";

/** Step from the best point, within the radius and the bounds, that makes a good replacement of point t. */
export function geometryStep(set: Interpolation, t: number, radius: number): Float64Array {
  const lagrange = lagrangeFunction(set, t);
  const candidate = createCandidate(set);
  let best: Float64Array = new Float64Array(set.n);
  let largest = Number.NEGATIVE_INFINITY;
  for (const d of [alongLines(set, t, radius, lagrange), ...cauchySteps(set, radius, lagrange)]) {
    describeCandidate(set, d, candidate);
    const sigma = denominator(set, candidate, t);
    if (!(sigma > largest)) continue;
    largest = sigma;
    best = d;
  }
  return best;
}

/** Gradient at the best point and Hessian of the Lagrange function of point t, which is zero at the best point. */
interface Lagrange {
  readonly gradient: Float64Array;
  readonly hessian: Float64Array;
}

function lagrangeFunction(set: Interpolation, t: number): Lagrange {
  const { n, m, points, z, b } = set;
  const hessian = new Float64Array(n * n);
  const weights = new Float64Array(m);
  for (let j = 0; j < m - n - 1; j++) {
    for (let k = 0; k < m; k++) weights[k]! += z[t + j * m]! * z[k + j * m]!;
  }
  addWeightedSquares(hessian, weights, points, n);
  const gradient = new Float64Array(n);
  symmetricTimes(hessian, pointOf(set, set.best), gradient);
  for (let j = 0; j < n; j++) gradient[j]! += b[t + j * (m + n)]!;
  return { gradient, hessian };
}

/** The largest |Lagrange function| on the lines from the best point through the others. */
function alongLines(set: Interpolation, t: number, radius: number, lagrange: Lagrange): Float64Array {
  const { n, m, points, best, lower, upper } = set;
  const step = new Float64Array(n);
  const chosen = new Float64Array(n);
  let largest = 0;
  for (let k = 0; k < m; k++) {
    if (k === best) continue;
    let least = Number.NEGATIVE_INFINITY;
    let most = Number.POSITIVE_INFINITY;
    for (let i = 0; i < n; i++) {
      const at = points[best * n + i]!;
      step[i] = points[k * n + i]! - at;
      if (step[i] === 0) continue;
      const down = (lower[i]! - at) / step[i]!;
      const up = (upper[i]! - at) / step[i]!;
      least = Math.max(least, Math.min(down, up));
      most = Math.min(most, Math.max(down, up));
    }
    const size = Math.sqrt(dot(step, step));
    least = Math.min(0, Math.max(least, -radius / size));
    most = Math.max(0, Math.min(most, radius / size));
    // a parabola through 0 at the best point and 0 or 1 at point k
    const slope = dot(lagrange.gradient, step);
    const bend = (k === t ? 1 : 0) - slope;
    const turn = bend === 0 ? 0 : -slope / (2 * bend);
    for (const length of [least, most, Math.min(most, Math.max(least, turn))]) {
      const value = Math.abs(length * (slope + length * bend));
      if (!(value > largest)) continue;
      largest = value;
      for (let i = 0; i < n; i++) chosen[i] = clamp(set, i, length * step[i]!);
    }
  }
  return chosen;
}

/** For both signs: steepest ascent of the Lagrange function to the sphere and the bounds, then back along it if that is better. */
function cauchySteps(set: Interpolation, radius: number, lagrange: Lagrange): Float64Array[] {
  const n = set.n;
  const bent = new Float64Array(n);
  return [1, -1].map((sign) => {
    const step = new Float64Array(n);
    const moving = new Uint8Array(n).fill(1);
    let left = radius * radius;
    // variables that reach a bound stay there, and the others share what is left of the radius
    for (let round = 0; round < n; round++) {
      let square = 0;
      for (let i = 0; i < n; i++) if (moving[i]) square += lagrange.gradient[i]! ** 2;
      if (!(square > 0) || !(left > 0)) break;
      const scale = Math.sqrt(left / square);
      let stopped = false;
      for (let i = 0; i < n; i++) {
        if (!moving[i]) continue;
        const wanted = sign * scale * lagrange.gradient[i]!;
        step[i] = clamp(set, i, wanted);
        if (step[i] === wanted) continue;
        moving[i] = 0;
        stopped = true;
        left -= step[i]! ** 2;
      }
      if (!stopped) break;
    }
    symmetricTimes(lagrange.hessian, step, bent);
    const slope = dot(lagrange.gradient, step);
    const bend = dot(step, bent);
    // |value| may be larger before the end, where the curvature turns it
    const turn = bend === 0 ? 1 : Math.min(1, Math.max(0, -slope / bend));
    const value = (length: number): number => Math.abs(length * (slope + 0.5 * length * bend));
    if (value(turn) > value(1)) for (let i = 0; i < n; i++) step[i]! *= turn;
    return step;
  });
}

function clamp(set: Interpolation, i: number, change: number): number {
  const at = set.points[set.best * set.n + i]!;
  return Math.min(set.upper[i]! - at, Math.max(set.lower[i]! - at, change));
}
