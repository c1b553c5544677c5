// Newton's method on the exact gradient, for few parameters (q up to some dozens) and expensive objectives.
//
// Steps are taken in the eigenbasis of the Hessian scaled to unit diagonal, with negative eigenvalues replaced by
// their absolute values, so that a saddle point repels (Dauphin et al. 2014); where the gradient vanishes along a
// direction of negative curvature the search leaves along it. Trial points cost one objective only.

import { createMatrix, type Matrix } from "../linalg/matrix.ts";
import { choleskyInPlace, solveCholesky } from "../linalg/smallCholesky.ts";
import { symmetricEigen } from "../linalg/symmetricEigen.ts";
import type { IterationReport, MinimizeOptions, Optimum, SmoothObjective, StopReason } from "./objective.ts";
import { createSecantCorrection } from "./secantCorrection.ts";

/** A substitute Hessian that does not divide the decrement by this much in an iteration, after a few, is replaced. */
const SLOW_RATE = 0.2;
const PATIENCE = 4;
/** Cholesky pivots of the scaled Hessian above this need no eigenvalues. */
const SAFE_PIVOT = 1e-3;
/** Longest step in scaled units: about this many square-root units of the objective. */
const FIRST_RADIUS = 20;
/** Scaled curvature below minus this is a direction of descent, not rounding noise. */
const NEGATIVE_CURVATURE = 1e-7;

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
    if (decrement < 1e-24) return;
    for (let i = 0; i < q; i++) trial[i] = x[i]! + direction[i]!;
    const candidate = objective.evaluate(trial, 0);
    counts.objective++;
    if (!candidate.ok || candidate.objective > f + 4e-15 * Math.abs(f)) return;
    x.set(trial);
    f = candidate.objective;
  }

  for (;;) {
    value = objective.evaluate(x, 2);
    counts.gradient++;
    let step = newtonStep(
      value.gradient,
      secant === null ? value.hessian : secant.corrected(x, value.gradient, value.hessian, decrement),
    );
    if (!exact && objective.exactHessian && iteration >= PATIENCE && step.decrement > tolerance) {
      exact = step.decrement > SLOW_RATE * decrement;
    }
    if (exact && step.decrement > tolerance) {
      const hessian = objective.exactHessian!(x);
      counts.gradient += 2 * q;
      value = objective.evaluate(x, 2);
      step = newtonStep(value.gradient, hessian);
    }
    decrement = step.decrement;
    if (options.keepTrace || options.onIteration) {
      const report = { iteration, objective: f, decrement, x: x.slice() };
      if (options.keepTrace) trace.push(report);
      if (options.onIteration?.(report) === false) return finish("cancelled");
    }
    if (decrement < tolerance && step.escapeRoute === null) {
      polish(step.direction);
      return finish("converged");
    }
    if (iteration >= maxIterations) return finish("max-iterations");
    iteration++;

    const direction = decrement < tolerance ? step.escapeRoute! : step.direction;
    let length = Math.min(1, radius / scaledNorm(direction, step.scale));
    const slope = dot(value.gradient, direction);
    let accepted = false;
    for (let attempt = 0; attempt < 30; attempt++) {
      for (let i = 0; i < q; i++) trial[i] = x[i]! + length * direction[i]!;
      const candidate = objective.evaluate(trial, 0);
      counts.objective++;
      // Rounding of the objective itself must not refuse the last steps.
      const slack = 4e-16 * Math.abs(f) * 8;
      if (candidate.ok && candidate.objective <= f + 1e-4 * length * Math.min(slope, 0) + slack) {
        radius = attempt === 0 ? radius * 2 : radius;
        x.set(trial);
        f = candidate.objective;
        accepted = true;
        break;
      }
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

interface NewtonStep {
  readonly direction: Float64Array;
  /** predicted decrease g'H^-1 g / 2 */
  readonly decrement: number;
  /** square roots of the Hessian's diagonal */
  readonly scale: Float64Array;
  /** a direction of negative curvature, where there is one */
  readonly escapeRoute: Float64Array | null;
}

function newtonStep(gradient: Float64Array, hessian: Matrix): NewtonStep {
  const q = gradient.length;
  const scale = new Float64Array(q);
  let largest = 0;
  for (let i = 0; i < q; i++) largest = Math.max(largest, Math.abs(hessian.values[i + i * q]!));
  for (let i = 0; i < q; i++) {
    scale[i] = Math.sqrt(Math.max(Math.abs(hessian.values[i + i * q]!), 1e-10 * largest, 1e-12));
  }
  const scaled = createMatrix(q, q);
  for (let j = 0; j < q; j++) {
    for (let i = 0; i < q; i++)
      scaled.values[i + j * q] = hessian.values[i + j * q]! / (scale[i]! * scale[j]!);
  }
  return regularStep(gradient, scaled, scale) ?? modifiedStep(gradient, scaled, scale);
}

/** The plain Newton step where the scaled Hessian is safely positive definite, else null. */
function regularStep(gradient: Float64Array, scaled: Matrix, scale: Float64Array): NewtonStep | null {
  const q = gradient.length;
  const l = scaled.values.slice();
  if (!choleskyInPlace(l, q)) return null;
  for (let i = 0; i < q; i++) if (l[i + i * q]! < SAFE_PIVOT) return null;
  const direction = new Float64Array(q);
  for (let i = 0; i < q; i++) direction[i] = gradient[i]! / scale[i]!;
  solveCholesky(l, q, direction);
  let decrement = 0;
  for (let i = 0; i < q; i++) {
    direction[i] = -direction[i]! / scale[i]!;
    decrement -= 0.5 * gradient[i]! * direction[i]!;
  }
  return { direction, decrement, scale, escapeRoute: null };
}

/** The step with negative and tiny curvatures replaced, in the eigenbasis. */
function modifiedStep(gradient: Float64Array, scaled: Matrix, scale: Float64Array): NewtonStep {
  const q = gradient.length;
  const { values, vectors } = symmetricEigen(scaled);
  const direction = new Float64Array(q);
  let decrement = 0;
  for (let k = 0; k < q; k++) {
    let slope = 0;
    for (let i = 0; i < q; i++) slope += (vectors.values[i + k * q]! * gradient[i]!) / scale[i]!;
    const curvature = Math.max(Math.abs(values[k]!), 1e-8);
    const coefficient = -slope / curvature;
    decrement += (0.5 * slope * slope) / curvature;
    for (let i = 0; i < q; i++) direction[i]! += (coefficient * vectors.values[i + k * q]!) / scale[i]!;
  }
  const escapeRoute =
    values[0]! < -NEGATIVE_CURVATURE
      ? Float64Array.from({ length: q }, (_, i) => vectors.values[i]! / scale[i]!)
      : null;
  return { direction, decrement, scale, escapeRoute };
}

function scaledNorm(direction: Float64Array, scale: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < direction.length; i++) sum += (direction[i]! * scale[i]!) ** 2;
  return Math.max(Math.sqrt(sum), 1e-300);
}

/** Minimum of the parabola through f, slope and the refused value, kept within [0.1, 0.5] of the step. */
function quadraticStep(length: number, f: number, slope: number, refused: number): number {
  const rise = refused - f - slope * length;
  const best = rise > 0 ? (-slope * length * length) / (2 * rise) : 0.5 * length;
  return Math.min(0.5 * length, Math.max(0.1 * length, best));
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
