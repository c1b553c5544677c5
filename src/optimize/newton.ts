// Newton's method on the exact gradient, for few parameters (q up to some dozens) and expensive objectives.
//
// Saddle points repel (see newtonStep.ts); where the gradient vanishes at one, the search leaves along the direction of
// most negative curvature. Trial points cost one objective only.

import type { Matrix } from "../linalg/matrix.ts";
import { dot } from "../linalg/squareProducts.ts";
import { type Escape, newtonStep, scaledNorm } from "./newtonStep.ts";
import type { IterationReport, MinimizeOptions, Optimum, SmoothObjective, StopReason } from "./objective.ts";
import { createSecantCorrection } from "./secantCorrection.ts";

/** A substitute Hessian that does not divide the decrement by this much in an iteration, after a few, is replaced. */
const SLOW_RATE = 0.2;
const PATIENCE = 4;
/**
 * Where derivatives are dear (those who offer an exact Hessian apart) a decrement below this is not polished: no estimate
 * would move by more than 1e-5 of its standard error.
 */
const GOOD_ENOUGH = 1e-10;
/**
 * A substitute Hessian from a point where the predicted decrease was below this serves for the steps that are left: no
 * parameter moves by more than a seventh of its standard error, and secants correct what is off.
 */
const NEAR = 1e-2;
/** Longest step in scaled units: about this many square-root units of the objective. */
const FIRST_RADIUS = 20;
/** An escape changes no parameter by more than this many times its size. */
const FARTHEST = 10;
/** Gains below this part of the objective are rounding. */
const NOISE = 4e-15;

/** Minimizes from `start`. Never throws; the reason tells how it ended. */
export function minimizeNewton(
  objective: SmoothObjective,
  start: Float64Array,
  options: MinimizeOptions = {},
): Optimum {
  const q = start.length;
  const tolerance = options.tolerance ?? 1e-8;
  const maxIterations = options.maxIterations ?? 200;
  const x = start.slice();
  const trial = new Float64Array(q);
  const trace: IterationReport[] = [];
  const counts = { objective: 1, gradient: 0 };
  let value = objective.evaluate(x, 0);
  let f = value.objective;
  let decrement = Number.POSITIVE_INFINITY;
  let iteration = 0;
  let radius = FIRST_RADIUS;
  let exact = false;
  const secant = objective.exactHessian ? createSecantCorrection(q) : null;
  let substitute: Matrix | null = null;
  let regular = false;
  const finish = (reason: StopReason): Optimum => ({
    x,
    objective: f,
    reason,
    iterations: iteration,
    evaluations: counts,
    decrement: Number.isFinite(decrement) ? decrement : 0,
    trace,
  });
  if (!value.ok) return finish("undefined-start");
  if (q === 0) return finish("converged");

  /** One more full step where it does not hurt: the gradient is paid for, and digits are gained. */
  function polish(direction: Float64Array): void {
    // along a ridge a step leads anywhere
    const usual = objective.exactHessian ? GOOD_ENOUGH : 1e-24;
    if (decrement < (regular ? (objective.worthwhile ?? usual) : usual)) return;
    for (let i = 0; i < q; i++) trial[i] = x[i]! + direction[i]!;
    const candidate = objective.evaluate(trial, 0);
    counts.objective++;
    // the promise is far below what two values can tell apart
    if (!candidate.ok || candidate.objective > f + 2 * NOISE * Math.abs(f)) return;
    x.set(trial);
    f = candidate.objective;
  }

  /** Leaves a saddle point, where the gradient does not tell the way: as far as it pays. False when it does not. */
  function leaveSaddle({ route, curvature }: Escape, gradient: Float64Array): boolean {
    const slope = dot(gradient, route);
    let longest = 4;
    // where hardly anything bends, the quadratic says nothing about places far away
    for (let i = 0; i < q; i++) {
      longest = Math.min(longest, (FARTHEST * Math.max(1, Math.abs(x[i]!))) / Math.abs(route[i]!));
    }
    for (let length = longest; length > 1e-4 * longest; length *= 0.5) {
      for (let i = 0; i < q; i++) trial[i] = x[i]! + length * route[i]!;
      const candidate = objective.evaluate(trial, 0);
      counts.objective++;
      const promised = length * (slope + 0.5 * length * curvature);
      if (!candidate.ok || candidate.objective > f + 0.01 * promised - NOISE * Math.abs(f)) continue;
      x.set(trial);
      f = candidate.objective;
      radius = FIRST_RADIUS;
      return true;
    }
    return false;
  }

  for (;;) {
    const near = substitute !== null && decrement < NEAR && regular;
    value = objective.evaluate(x, near ? 1 : 2);
    counts.gradient++;
    if (secant !== null && !near) substitute = { ...value.hessian, values: value.hessian.values.slice() };
    let step = newtonStep(
      value.gradient,
      secant === null ? value.hessian : secant.corrected(x, value.gradient, substitute!, decrement),
    );
    if (!exact && objective.exactHessian && iteration >= PATIENCE && step.decrement > tolerance) {
      exact = step.decrement > SLOW_RATE * decrement;
    }
    // A substitute may invent negative curvature, or hide where it is worst.
    if (objective.exactHessian && (step.decrement > tolerance ? exact : step.escapes.length > 0)) {
      const hessian = objective.exactHessian(x);
      counts.gradient += 2 * q;
      value = objective.evaluate(x, 2);
      step = newtonStep(value.gradient, hessian);
    }
    decrement = step.decrement;
    regular = step.regular;
    if (options.keepTrace || options.onIteration) {
      const report = { iteration, objective: f, decrement, x: x.slice() };
      if (options.keepTrace) trace.push(report);
      if (options.onIteration?.(report) === false) return finish("cancelled");
    }
    if (decrement < tolerance && step.escapes.length === 0) {
      polish(step.direction);
      return finish("converged");
    }
    if (iteration >= maxIterations) return finish("max-iterations");
    iteration++;

    const { direction } = step;
    if (decrement < tolerance) {
      const gradient = value.gradient.slice();
      if (step.escapes.some((way) => leaveSaddle(way, gradient))) continue;
      polish(step.direction);
      objective.evaluate(x, 2);
      return finish("converged"); // the curvature is rounding: nothing lies below
    }
    let length = Math.min(1, radius / scaledNorm(direction, step.scale));
    const slope = dot(value.gradient, direction);
    let accepted = false;
    for (let attempt = 0; attempt < 30; attempt++) {
      for (let i = 0; i < q; i++) trial[i] = x[i]! + length * direction[i]!;
      const candidate = objective.evaluate(trial, 0);
      counts.objective++;
      // Rounding of the objective itself must not refuse the last steps.
      const slack = NOISE * Math.abs(f);
      if (candidate.ok && candidate.objective <= f + 1e-4 * length * Math.min(slope, 0) + slack) {
        radius = attempt === 0 ? radius * 2 : radius;
        x.set(trial);
        f = candidate.objective;
        accepted = true;
        break;
      }
      // A step whose promise is rounding proves nothing.
      if (-length * slope < NOISE * Math.abs(f)) break;
      const shrunk = candidate.ok ? quadraticStep(length, f, slope, candidate.objective) : 0.25 * length;
      radius = shrunk * scaledNorm(direction, step.scale);
      length = shrunk;
    }
    if (!accepted) {
      // No descent left at rounding level: fine when the predicted decrease is itself rounding noise.
      objective.evaluate(x, 2);
      return finish(decrement < Math.max(tolerance, 1e-13 * Math.abs(f) + 1e-9) ? "converged" : "no-descent");
    }
  }
}

/** Minimum of the parabola through f, slope and the refused value, kept within [0.1, 0.5] of the step. */
function quadraticStep(length: number, f: number, slope: number, refused: number): number {
  const rise = refused - f - slope * length;
  const best = rise > 0 ? (-slope * length * length) / (2 * rise) : 0.5 * length;
  return Math.min(0.5 * length, Math.max(0.1 * length, best));
}
