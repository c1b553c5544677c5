// The signed square root of the deviance along a parameter, followed outwards from the estimate by steps of equal zeta, and
// its crossings with given values by safeguarded Newton steps: the slope of the profile is the partial derivative of the
// deviance at the constrained minimum (envelope theorem), so nothing is interpolated.

import { HendersonError } from "../../base/errors.ts";
import { symmetricEigen } from "../../linalg/symmetricEigen.ts";
import { minimizeNewton } from "../../optimize/newton.ts";
import { coordinateAt, coordinateGradient, heldSurface, leastWithZeros } from "./heldCoordinate.ts";
import type { PreparedParameter } from "./profileSession.ts";

/** One constrained minimum. */
interface CurvePoint {
  /** the held parameter on its search scale */
  readonly u: number;
  /** sign(u - estimate) sqrt(deviance - least deviance) */
  readonly zeta: number;
  /** d zeta / du; zero where the profile is flat */
  readonly slope: number;
  /** the free coordinates */
  readonly z: Float64Array;
}

interface Crossing {
  readonly u: number;
  /** the end of the parameter's range was reached before zeta was */
  readonly atEnd: boolean;
}

export interface ProfileCurve {
  /** u and slope at the estimate; the estimate is its own point with zeta = 0 */
  readonly estimate: CurvePoint;
  /** Goes outwards until |zeta| is at least `limit` or the range ends; returns all points found so far by u. */
  follow(side: -1 | 1, limit: number): readonly CurvePoint[];
  /** Where zeta is side * limit; null where the profile levels off below it, for ever. */
  crossing(side: -1 | 1, limit: number): Crossing | null;
  /** zeta fell where it should rise by more than this, the largest over the curve; zero for a proper profile */
  readonly fall: () => number;
}

/** Steps of zeta. */
const STEP = 0.5;
/** A step may be this many times the last, where the profile flattens. */
const GROWTH = 4;
const MAX_STEPS = 80;
/** Part of a standard error at which the range of a function is taken to end. */
const NEAR = 1e-6;
/** Gains of -2 log-likelihood below this are rounding. */
const NOISE = 1e-7;
/** A deviance this much below that of the estimates means that they are not the minimum. */
const LOWER = 1e-5;
/** Relative accuracy of a crossing. */
const TOLERANCE = 1e-9;

/** @param onStep called before each constrained minimization; throws to cancel */
export function profileCurve(
  prepared: PreparedParameter,
  name: string,
  onStep: () => void = () => undefined,
): ProfileCurve {
  const { surface, coordinate, lower, upper } = prepared;
  const held = heldSurface(surface, coordinate);
  const u0 = Math.min(upper, Math.max(lower, coordinateAt(coordinate, surface, prepared.x)));
  const z0 = held.split(prepared.x);
  const unit = standardError(prepared, u0);
  const estimate: CurvePoint = { u: u0, zeta: 0, slope: 1 / unit, z: z0 };
  const points: Record<"-1" | "1", CurvePoint[]> = { "-1": [], "1": [] };
  const open = coordinate.kind === "implicit";
  const state = {
    fall: 0,
    careful: false,
    ended: { "-1": false, "1": false },
    range: { "-1": lower, "1": upper },
  };
  const further = [z0, held.split(prepared.uncorrelated)];
  /** the deviance without the parameter: no value of it can cost more */
  const ceiling = Math.min(
    ...prepared.escapes.map((zeros) => leastWithZeros(surface, prepared.uncorrelated, zeros)),
  );

  /** The constrained minimum from the best of the starts (from each of them where the profile was found to have valleys). */
  function minimum(u: number, starts: readonly Float64Array[], all: boolean = state.careful): CurvePoint {
    onStep();
    const objective = held.objectiveAt(u);
    const value = (start: Float64Array): number => {
      const at = objective.evaluate(start, 0);
      return at.ok ? at.objective : Number.POSITIVE_INFINITY;
    };
    const ordered = all ? [...starts, ...further] : starts.toSorted((a, b) => value(a) - value(b));
    let best: { x: Float64Array; objective: number } | null = null;
    for (const start of ordered) {
      const found = minimizeNewton(objective, start, { tolerance: 1e-10 });
      if (found.reason === "undefined-start") continue;
      if (best === null || found.objective < best.objective - NOISE) best = found;
      if (found.reason === "converged" && !all) break;
    }
    if (best === null) {
      throw new HendersonError(
        "inference/profile-failed",
        `the likelihood is not defined with ${name} at ${Number(prepared.valueAt(u).toPrecision(6))}`,
        { hint: "use the bootstrap or Wald intervals for this parameter" },
      );
    }
    const rise = best.objective - prepared.objective;
    if (rise < -LOWER) {
      throw new HendersonError(
        "inference/lower-deviance",
        `with ${name} held at ${Number(prepared.valueAt(u).toPrecision(6))} the deviance is ${Number((-rise).toPrecision(3))} below that of the estimates, so these are not the maximum of the likelihood`,
        { hint: "fit the model again from other starting values (--start), and look at its convergence" },
      );
    }
    const flat = best.objective > ceiling;
    const zeta = Math.sign(u - u0) * Math.sqrt(Math.max(0, flat ? ceiling - prepared.objective : rise));
    const slope = zeta === 0 || flat ? 0 : held.slope(best.x, u) / (2 * zeta);
    return { u, zeta, slope, z: best.x };
  }

  const between = (from: CurvePoint, to: CurvePoint, u: number): Float64Array => {
    const part = to.u === from.u ? 0 : (u - from.u) / (to.u - from.u);
    return from.z.map((value, i) => value + part * (to.z[i]! - value));
  };

  function follow(side: -1 | 1, limit: number): readonly CurvePoint[] {
    const found = points[side];
    const end = side < 0 ? lower : upper;
    while (!state.ended[side] && found.length < MAX_STEPS) {
      const last = found.at(-1) ?? estimate;
      if (side * last.zeta >= limit) break;
      if (found.length > 0 && last.slope === 0) {
        // without the parameter the deviance is lower than any limit: it stays so to the end of the range
        if (Number.isFinite(end)) found.push({ ...last, u: end });
        state.ended[side] = Number.isFinite(end);
        break;
      }
      const before = found.at(-2) ?? (found.length === 1 ? estimate : null);
      const lastStep = before === null ? STEP * unit : Math.abs(last.u - before.u);
      const wanted = STEP / Math.max(last.slope, 1e-300);
      const length = found.length === 0 ? STEP * unit : Math.min(wanted, GROWTH * lastStep);
      let u = last.u + side * length;
      if (side * (u - end) >= 0) u = end;
      if (u === last.u) {
        state.ended[side] = true;
        break;
      }
      const starts = before === null ? [last.z] : [between(before, last, u), last.z];
      // a function of the components need not reach every value: its range ends where no x has the next one
      while (open && !held.reaches(starts[0]!, u) && Math.abs(u - last.u) > NEAR * unit)
        u = 0.5 * (u + last.u);
      if (open && Math.abs(u - last.u) <= NEAR * unit) {
        state.ended[side] = true;
        state.range[side] = last.u;
        break;
      }
      let point = minimum(u, starts);
      if (side * (point.zeta - last.zeta) < -NOISE) {
        point = minimum(u, starts, true);
        state.fall = Math.max(state.fall, side * (last.zeta - point.zeta));
      }
      found.push(point);
      if (u === end) state.ended[side] = true;
    }
    return found;
  }

  function crossing(side: -1 | 1, limit: number): Crossing | null {
    const found = searchCrossing(side, limit);
    if (found === null || found.atEnd || state.careful) return found;
    const nearby = points[side].findLast(({ zeta }) => side * zeta < limit) ?? estimate;
    if (side * minimum(found.u, [nearby.z], true).zeta > limit - 1e-4) return found;
    // a lower valley beside the one that was followed: the whole side again, from several starts at each value
    state.careful = true;
    points[side].length = 0;
    state.ended[side] = false;
    return searchCrossing(side, limit);
  }

  function searchCrossing(side: -1 | 1, limit: number): Crossing | null {
    const found = follow(side, limit);
    const outer = found.findIndex(({ zeta }) => side * zeta >= limit);
    if (outer < 0) return state.ended[side] ? { u: state.range[side], atEnd: true } : null;
    let inside = found[outer - 1] ?? estimate;
    let outside = found[outer]!;
    let u = hermiteCrossing(inside, outside, side * limit);
    let current = outside;
    for (let round = 0; round < 60; round++) {
      current = minimum(u, [between(inside, outside, u), inside.z]);
      const miss = current.zeta - side * limit;
      if (side * miss >= 0) outside = current;
      else inside = current;
      const step = current.slope > 0 ? -miss / current.slope : Number.NaN;
      const next = u + step;
      const width = Math.abs(outside.u - inside.u);
      if (Math.abs(step) <= TOLERANCE * Math.max(Math.abs(u - u0), 1e-3 * unit))
        return { u: next, atEnd: false };
      if (width <= TOLERANCE * Math.abs(u - u0)) break;
      const between01 = (next - inside.u) / (outside.u - inside.u);
      u = between01 > 0 && between01 < 1 ? next : 0.5 * (inside.u + outside.u);
    }
    return { u: current.u, atEnd: false };
  }

  return { estimate, follow, crossing, fall: () => state.fall };
}

/** Standard error of u from the curvature at the estimates: sqrt(2 g'H^-1 g) over the directions with curvature. */
function standardError({ surface, coordinate, x }: PreparedParameter, u: number): number {
  const m = surface.size;
  const hessian = surface.exactHessian?.(x) ?? surface.evaluate(x, 2).hessian;
  const scale = Float64Array.from({ length: m }, (_, i) => {
    const own = Math.abs(hessian.values[i * (m + 1)]!);
    return own > 0 ? 1 / Math.sqrt(own) : 0;
  });
  const scaled = {
    rows: m,
    columns: m,
    values: hessian.values.map((value, e) => value * scale[e % m]! * scale[Math.floor(e / m)]!),
  };
  const { values, vectors } = symmetricEigen(scaled);
  const gradient = coordinateGradient(coordinate, surface, x);
  let variance = 0;
  for (let k = 0; k < m; k++) {
    if (!(values[k]! > 1e-8)) continue;
    let part = 0;
    for (let i = 0; i < m; i++) part += vectors.values[i + k * m]! * scale[i]! * gradient[i]!;
    variance += (2 * part * part) / values[k]!;
  }
  const se = Math.sqrt(variance);
  if (Number.isFinite(se) && se > 0) return se;
  return Math.max(0.1, 0.1 * Math.abs(u));
}

/** The first guess of a crossing: the cubic that has both values and slopes, by bisection; slopes of zero are no matter. */
function hermiteCrossing(a: CurvePoint, b: CurvePoint, target: number): number {
  const h = b.u - a.u;
  const value = (t: number): number => {
    const s = 1 - t;
    return (
      s * s * (1 + 2 * t) * a.zeta +
      t * t * (1 + 2 * s) * b.zeta +
      t * s * h * (s * a.slope - t * b.slope) -
      target
    );
  };
  let low = 0;
  let high = 1;
  const rising = value(1) > value(0);
  for (let round = 0; round < 40; round++) {
    const middle = 0.5 * (low + high);
    if (value(middle) > 0 === rising) high = middle;
    else low = middle;
  }
  return a.u + 0.5 * (low + high) * h;
}
