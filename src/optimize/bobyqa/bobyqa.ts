// BOBYQA: a minimum without derivatives, within bounds (Powell 2009, DAMTP 2009/NA06). A quadratic model goes through
// 2n + 1 values of the objective; steps minimize it within a trust region, or replace points that determine it badly.
// Boxes are those of Figure 1 of Powell (2006, NEWUOA), whose outline BOBYQA keeps.
//
// Where we differ from the paper: variables are measured in natural units found at the start; the inverse is formed
// from its definition when the origin moves; RESCUE forms it anew, and takes new points around the best one where that
// is not enough; undefined values are replaced by a little more than the worst interpolated one.

import { dot } from "../../linalg/squareProducts.ts";
import { minimizeBrent } from "../brent.ts";
import type { BoundedOptions, Objective, Optimum, StopReason } from "../objective.ts";
import { createSampler, type Sampler } from "../sampler.ts";
import { geometryStep } from "./geometry.ts";
import { adoptLeastNormModel, initialize, leastNormModel } from "./initialize.ts";
import {
  createInterpolation,
  type Interpolation,
  modelChange,
  pointOf,
  shiftBase,
  squaredDistance,
} from "./interpolation.ts";
import { formInverse } from "./inverse.ts";
import { reducedRadius, revisedRadius } from "./radius.ts";
import { type TrustRegionStep, trustRegionStep } from "./trustRegion.ts";
import { naturalUnits } from "./units.ts";
import {
  choosePoint,
  createCandidate,
  denominator,
  describeCandidate,
  farthestPoint,
  isDamaged,
  replacePoint,
} from "./update.ts";

/** Radii of the trust region at the start and the end, in natural units: the end is this times the root of the tolerance. */
const FIRST_RADIUS = 1;
const LAST_RADIUS = 0.1;
/** New sets of points after damage by rounding, before the search gives up. */
const RESCUES = 10;
/** Times that the search starts again where units found at the start turn out wrong by more than the factor. */
const RESCALINGS = 4;
const WRONG_UNITS = 30;

/**
 * Minimizes from `start` by values only: no gradient is asked for. Never throws; the reason tells how it ended.
 *
 * One iteration is one step and one value; 2n values go before the first. The decrement is what the model still predicts.
 */
export function minimizeBobyqa(
  objective: Objective,
  start: Float64Array,
  options: BoundedOptions = {},
): Optimum {
  const n = start.length;
  if (n === 1) return minimizeBrent(objective, start, options);
  const sampler = createSampler(objective, start, options, 1000 + 200 * n);
  const first = sampler.sample(sampler.start.slice());
  if (!first.ok) return sampler.finish("undefined-start");
  if (n === 0) return sampler.finish("converged");
  const lastRadius = LAST_RADIUS * Math.sqrt(options.tolerance ?? 1e-8);
  let units = naturalUnits(sampler, first.value);
  let radius = FIRST_RADIUS;
  for (let round = 0; ; round++) {
    const { reason, hessian } = searchInUnits(sampler, units, radius, lastRadius);
    if (reason !== "converged" || round === RESCALINGS) return sampler.finish(reason);
    const better = rescaled(units, hessian, sampler);
    if (better === null) return sampler.finish(reason);
    units = better;
    radius = 0.1 * FIRST_RADIUS;
  }
}

/** Units in which the model's second derivatives are one; null when they are near enough already. */
function rescaled(units: Float64Array, hessian: Float64Array, sampler: Sampler): Float64Array | null {
  const n = units.length;
  let wrong = false;
  const better = units.map((unit, i) => {
    const factor = 1 / Math.sqrt(Math.max(hessian[i + i * n]!, 1e-8));
    if (factor > WRONG_UNITS || factor < 1 / WRONG_UNITS) wrong = true;
    return Math.min(unit * factor, 0.25 * (sampler.upper[i]! - sampler.lower[i]!));
  });
  return wrong ? better : null;
}

interface Outcome {
  readonly reason: StopReason;
  readonly hessian: Float64Array;
}

/** One search in fixed units from the best point so far. */
function searchInUnits(
  sampler: Sampler,
  units: Float64Array,
  firstRadius: number,
  lastRadius: number,
): Outcome {
  const n = units.length;
  const x = new Float64Array(n);
  let set = createInterpolation(n);
  let origin = sampler.best.slice();
  const candidate = createCandidate(set);
  /** last three errors of the model's predictions, newest first */
  const errors = [0, 0, 0];
  let rho = firstRadius;
  let delta = rho;
  let rescues = 0;
  let sinceReduction = 0;
  let poorModels = 0;

  /** The objective at base + step, in the caller's units. */
  function sampleAt(step: Float64Array): { value: number; ok: boolean } {
    for (let i = 0; i < n; i++) x[i] = origin[i]! + units[i]! * (set.base[i]! + step[i]!);
    return sampler.sample(x);
  }

  /** Box 1, and RESCUE: points around the best point known. */
  function begin(): boolean {
    set = createInterpolation(n);
    origin = sampler.best.slice();
    for (let i = 0; i < n; i++) {
      set.lower[i] = (sampler.lower[i]! - origin[i]!) / units[i]!;
      set.upper[i] = (sampler.upper[i]! - origin[i]!) / units[i]!;
    }
    sinceReduction = 0;
    poorModels = 0;
    errors.fill(0);
    delta = rho;
    return initialize(set, rho, sampleAt);
  }

  /** The inverse from its definition, with the origin at the best point. */
  function renew(): boolean {
    shiftBase(set);
    return formInverse(set);
  }

  /**
   * Boxes 4 and 5: the objective at best + d, which replaces point `target`, or the one that suits where that is -1.
   * Returns the change of the objective, or null when rounding damage left no model.
   */
  function visit(d: Float64Array, target: number, predicted: number): number | null {
    const center = pointOf(set, set.best);
    const moved = d.map((step, i) => Math.min(set.upper[i]!, Math.max(set.lower[i]!, center[i]! + step)));
    const step = moved.map((value, i) => value - center[i]!);
    const sample = sampleAt(moved);
    const least = set.values[set.best]!;
    const value = sample.ok ? sample.value : worseThan(set.values);
    const choose = (): number =>
      target >= 0 ? target : choosePoint(set, candidate, step, value < least, delta);
    const damaged = (t: number): boolean =>
      t < 0 || isDamaged(denominator(set, candidate, t), candidate.lagrange[t]!);
    describeCandidate(set, step, candidate);
    let t = choose();
    if (damaged(t)) {
      if (!renew()) return null;
      describeCandidate(set, step, candidate);
      t = choose();
      if (damaged(t)) return null;
    }
    const error = value - least - predicted;
    errors.unshift(Math.abs(error));
    errors.pop();
    sinceReduction++;
    replacePoint(set, candidate, t, step, value, error);
    return value - least;
  }

  /** Moves the origin when steps are so short beside their distance from it that digits are lost. */
  function keepOriginNear(square: number): boolean {
    const center = pointOf(set, set.best);
    return square > 1e-3 * dot(center, center) || renew();
  }

  /** Where three steps in a row found the least-norm model far flatter than the current one, it takes over. */
  function replacePoorModel(ratio: number): void {
    const least = leastNormModel(set);
    poorModels =
      ratio < 0.1 && freeNorm(set, set.gradient) >= 10 * freeNorm(set, least.gradient) ? poorModels + 1 : 0;
    if (poorModels < 3) return;
    adoptLeastNormModel(set);
    poorModels = 0;
  }

  if (!begin()) return { reason: "no-descent", hessian: set.hessian };
  for (;;) {
    const step = trustRegionStep(set, delta);
    const length = Math.min(delta, Math.sqrt(dot(step.d, step.d)));
    const short = length < 0.5 * rho; // Box 3
    if (!sampler.iterate(-step.change)) return { reason: "max-iterations", hessian: set.hessian };
    let ratio = -1;
    let threshold = 10 * rho;
    let intact = true;
    let reduce = short && isAccurate(set, step, rho, errors, sinceReduction); // Box 14
    if (!short) {
      intact = keepOriginNear(length * length);
      const change = intact ? visit(step.d, -1, step.change) : null;
      intact = change !== null;
      if (change !== null) {
        ratio = change / step.change;
        delta = revisedRadius(delta, length, ratio, rho);
        replacePoorModel(ratio);
        if (ratio >= 0.1) continue; // Box 6
        threshold = Math.max(2 * delta, threshold);
      }
    }
    if (intact && !reduce) {
      // Boxes 7 to 9: does a point lie so far out that the model suffers?
      const t = farthestPoint(set, threshold * threshold);
      if (t >= 0) {
        const distance = Math.sqrt(squaredDistance(set, t));
        if (short) {
          delta = Math.min(0.1 * delta, 0.5 * distance);
          if (delta <= 1.5 * rho) delta = rho;
        }
        const radius = Math.max(Math.min(0.1 * distance, delta), rho);
        intact = keepOriginNear(radius * radius);
        if (intact) {
          const d = geometryStep(set, t, radius);
          intact = visit(d, t, modelChange(set, d)) !== null;
        }
        if (intact) continue;
      } else if (!short && (ratio > 0 || Math.max(delta, length) > rho)) {
        continue; // Box 10
      } else {
        reduce = true;
      }
    }
    if (!intact) {
      if (++rescues > RESCUES || !begin()) return { reason: "no-descent", hessian: set.hessian };
      continue;
    }
    // Boxes 11 to 13
    if (rho <= lastRadius) {
      if (short && length > 0) visit(step.d, -1, step.change);
      return { reason: "converged", hessian: set.hessian };
    }
    const next = reducedRadius(rho, lastRadius);
    delta = Math.max(0.5 * rho, next);
    rho = next;
    sinceReduction = 0;
  }
}

/**
 * Box 14: after a short step, whether the model's last errors are so small beside its curvature that
 * better points would show nothing new at this rho.
 */
function isAccurate(
  set: Interpolation,
  step: TrustRegionStep,
  rho: number,
  errors: readonly number[],
  sinceReduction: number,
): boolean {
  if (sinceReduction <= 2) return false;
  const largest = Math.max(...errors);
  if (step.curvature > 0 && largest > 0.125 * rho * rho * step.curvature) return false;
  const { n, lower, upper, hessian } = set;
  const center = pointOf(set, set.best);
  for (let j = 0; j < n; j++) {
    // leaving a bound must not promise more than the errors could hide
    const at = center[j]! + step.d[j]!;
    const slope = at <= lower[j]! ? step.gradient[j]! : at >= upper[j]! ? -step.gradient[j]! : null;
    if (slope === null || slope >= largest / rho) continue;
    if (slope + 0.5 * hessian[j + j * n]! * rho < largest / rho) return false;
  }
  return true;
}

/** Squared norm of a gradient at the best point, without what bounds forbid. */
function freeNorm(set: Interpolation, gradient: Float64Array): number {
  const center = pointOf(set, set.best);
  let sum = 0;
  for (let i = 0; i < set.n; i++) {
    const held = gradient[i]! > 0 ? center[i]! <= set.lower[i]! : center[i]! >= set.upper[i]!;
    if (!held) sum += gradient[i]! ** 2;
  }
  return sum;
}

/** What stands for an undefined value. */
function worseThan(values: Float64Array): number {
  const most = Math.max(...values);
  return most + Math.max(1, most - Math.min(...values));
}
