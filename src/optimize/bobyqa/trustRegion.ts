// The trust region step (Box 2; Powell 2009, section 3): truncated conjugate gradients on the variables that are
// not at a bound, then turns along the sphere |d| = delta that its plane with the gradient cuts out.

import { dot } from "../../linalg/squareProducts.ts";
import { type Interpolation, pointOf, symmetricTimes } from "./interpolation.ts";

export interface TrustRegionStep {
  /** from the best point, length n */
  readonly d: Float64Array;
  /** gradient of the model at the step */
  readonly gradient: Float64Array;
  /** predicted change of the objective, not positive */
  readonly change: number;
  /** least curvature that conjugate gradients met; 0 when the step ends on the sphere */
  readonly curvature: number;
}

/** A step that gains at least this part of what is gained so far is worth another one. */
const WORTHWHILE = 0.01;

/** An approximate minimum of the model within delta of the best point and within the bounds. */
export function trustRegionStep(set: Interpolation, delta: number): TrustRegionStep {
  const { n, hessian } = set;
  const origin = pointOf(set, set.best);
  const d = new Float64Array(n);
  const gradient = set.gradient.slice();
  const low = Float64Array.from(set.lower, (bound, i) => bound - origin[i]!);
  const high = Float64Array.from(set.upper, (bound, i) => bound - origin[i]!);
  const free = new Uint8Array(n).fill(1);
  for (let i = 0; i < n; i++) {
    if ((low[i]! >= 0 && gradient[i]! >= 0) || (high[i]! <= 0 && gradient[i]! <= 0)) free[i] = 0;
  }
  const s = new Float64Array(n);
  const hs = new Float64Array(n);
  let gained = 0;
  let curvature = Number.POSITIVE_INFINITY;
  let left = delta * delta;
  let onSphere = false;
  let restart = true;
  let lastSquare = 0;
  let sinceRestart = 0;

  while (!onSphere) {
    const square = freeSquare(gradient, free);
    if (!(square > 0) || square * delta * delta <= 1e-4 * gained * gained) break;
    const factor = restart ? 0 : square / lastSquare;
    for (let i = 0; i < n; i++) s[i] = free[i] ? factor * s[i]! - gradient[i]! : 0;
    if (restart) sinceRestart = 0;
    restart = false;
    symmetricTimes(hessian, s, hs);
    const ss = dot(s, s);
    const shs = dot(s, hs);
    let ds = 0;
    for (let i = 0; i < n; i++) if (free[i]) ds += d[i]! * s[i]!;
    // to the sphere, in the form without cancellation
    const root = Math.sqrt(Math.max(0, ds * ds + ss * left));
    const toSphere = ds < 0 ? (root - ds) / ss : left / (root + ds);
    let length = toSphere;
    if (shs > 0) {
      length = Math.min(toSphere, square / shs);
      curvature = Math.min(curvature, shs / ss);
    }
    let blocking = -1;
    for (let i = 0; i < n; i++) {
      if (s[i] === 0) continue;
      const room = ((s[i]! > 0 ? high[i]! : low[i]!) - d[i]!) / s[i]!;
      if (room < length) {
        length = Math.max(0, room);
        blocking = i;
      }
    }
    const decrease = length * (-dot(gradient, s) - 0.5 * length * shs);
    gained += Math.max(0, decrease);
    for (let i = 0; i < n; i++) {
      d[i]! += length * s[i]!;
      gradient[i]! += length * hs[i]!;
    }
    lastSquare = square;
    if (blocking >= 0) {
      d[blocking] = s[blocking]! > 0 ? high[blocking]! : low[blocking]!;
      free[blocking] = 0;
    }
    left = Math.max(0, delta * delta - dot(d, d));
    if (blocking >= 0) {
      restart = true;
      onSphere = left <= 1e-14 * delta * delta;
      continue;
    }
    if (length >= toSphere) onSphere = true;
    else if (++sinceRestart >= n || decrease <= WORTHWHILE * gained) break;
  }
  if (onSphere) {
    curvature = 0;
    gained += turnOnSphere(d, gradient, hessian, free, low, high, gained);
  }
  return { d, gradient, change: -gained, curvature: Number.isFinite(curvature) ? curvature : 0 };
}

function freeSquare(gradient: Float64Array, free: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < gradient.length; i++) if (free[i]) sum += gradient[i]! ** 2;
  return sum;
}

/** Turns d in the plane of its free part and the free gradient while that pays; returns what was gained. */
function turnOnSphere(
  d: Float64Array,
  gradient: Float64Array,
  hessian: Float64Array,
  free: Uint8Array,
  low: Float64Array,
  high: Float64Array,
  gainedBefore: number,
): number {
  const n = d.length;
  const own = new Float64Array(n);
  const s = new Float64Array(n);
  const hd = new Float64Array(n);
  const hs = new Float64Array(n);
  let gained = 0;
  for (let round = 0; round < 2 * n; round++) {
    let gg = 0;
    let dd = 0;
    let dg = 0;
    for (let i = 0; i < n; i++) {
      own[i] = free[i] ? d[i]! : 0;
      if (!free[i]) continue;
      gg += gradient[i]! ** 2;
      dd += d[i]! ** 2;
      dg += d[i]! * gradient[i]!;
    }
    const square = gg * dd - dg * dg;
    const total = gainedBefore + gained;
    if (!(square > 1e-4 * total * total)) break;
    // s: as long as d, orthogonal to it, downhill
    const root = Math.sqrt(square);
    for (let i = 0; i < n; i++) s[i] = free[i] ? (dg * d[i]! - dd * gradient[i]!) / root : 0;
    symmetricTimes(hessian, own, hd);
    symmetricTimes(hessian, s, hs);
    const [dhd, dhs, shs] = [dot(own, hd), dot(own, hs), dot(s, hs)];
    const change = (angle: number): number => {
      const a = Math.cos(angle) - 1;
      const b = Math.sin(angle);
      return a * dg - b * root + 0.5 * (a * a * dhd + 2 * a * b * dhs + b * b * shs);
    };
    let limit = 0.5 * Math.PI;
    let blocking = -1;
    let stop = 0;
    for (let i = 0; i < n; i++) {
      if (!free[i]) continue;
      const up = roomToTurn(d[i]!, s[i]!, high[i]!);
      const down = roomToTurn(-d[i]!, -s[i]!, -low[i]!);
      if (Math.min(up, down) >= limit) continue;
      limit = Math.min(up, down);
      blocking = i;
      stop = up < down ? high[i]! : low[i]!;
    }
    const angle = bestAngle(change, limit);
    const decrease = -change(angle);
    if (!(decrease > 0)) break;
    const a = Math.cos(angle) - 1;
    const b = Math.sin(angle);
    for (let i = 0; i < n; i++) {
      d[i]! += a * own[i]! + b * s[i]!;
      gradient[i]! += a * hd[i]! + b * hs[i]!;
    }
    gained += decrease;
    if (blocking >= 0 && angle === limit) {
      free[blocking] = 0;
      d[blocking] = stop;
    } else if (decrease <= WORTHWHILE * (total + decrease)) break;
  }
  return gained;
}

/** The first angle at which cos * d + sin * s exceeds the bound (d <= bound, bound >= 0). */
function roomToTurn(d: number, s: number, bound: number): number {
  const radius = Math.hypot(d, s);
  if (!(radius > bound)) return Number.POSITIVE_INFINITY;
  const peak = Math.atan2(s, d);
  return peak > 0 ? Math.max(0, peak - Math.acos(Math.max(-1, bound / radius))) : Number.POSITIVE_INFINITY;
}

/** Minimum of the change on [0, limit]: a grid, then the parabola through the best three. */
function bestAngle(change: (angle: number) => number, limit: number): number {
  const steps = 17;
  const values = Float64Array.from({ length: steps + 1 }, (_, i) => change((limit * i) / steps));
  let best = 0;
  for (let i = 1; i <= steps; i++) if (values[i]! < values[best]!) best = i;
  if (best === 0 || best === steps) return (limit * best) / steps;
  const [left, middle, right] = [values[best - 1]!, values[best]!, values[best + 1]!];
  const bend = left + right - 2 * middle;
  const offset = bend > 0 ? (0.5 * (left - right)) / bend : 0;
  return (limit * (best + offset)) / steps;
}
