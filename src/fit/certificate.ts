import type { Problem } from "../engines/engine.ts";
import { cutDoubles } from "../linalg/cutDoubles.ts";
import type { Matrix } from "../linalg/matrix.ts";
import { choleskyInPlace, solveCholesky } from "../linalg/smallCholesky.ts";
import { symmetricEigen } from "../linalg/symmetricEigen.ts";
import type { Optimum } from "../optimize/objective.ts";
import type { ConvergenceCertificate } from "./result.ts";

/** Predicted further decrease of -2 log-likelihood that still counts as converged: moves no estimate by more than 1e-3 SE. */
const CONVERGED_DECREMENT = 1e-6;
/** Scaled curvature below minus this means a saddle, not a minimum. */
const SADDLE = 1e-5;
/** Scaled curvature below this: a combination of parameters can move without the likelihood noticing. */
const NO_CURVATURE = 1e-6;
/** Entries of that combination (of length one) that count. */
const PART = 0.05;
/** Curvature that changes the objective by less than this over the size of a parameter is measured in units of it. */
const FLAT = 1e-2;

/**
 * Judges theta by the exact gradient and the Hessian at theta; the optimizer's opinion does not enter.
 *
 * Parameters at zero are interior points of the search (the objective is even in them), so their curvature is
 * twice the one-sided derivative with respect to the variance: a minimum has none that is negative.
 */
export function certify(
  problem: Problem,
  optimum: Optimum,
  optimizer: string,
  keepTrace: boolean,
): ConvergenceCertificate {
  const q = optimum.x.length;
  const { gradient, hessian, ok } = problem.evaluate(optimum.x, 2);
  const [scale, slopes, values, scratch] = cutDoubles([q, q, q * q, q * q]) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  for (let a = 0; a < q; a++) {
    // an entry that starts and ends at zero has the size of a correlation
    const size = Math.max(Math.abs(optimum.x[a]!), Math.abs(problem.start[a]!)) || 1;
    const curvature = Math.max(Math.abs(hessian.values[a + a * q]!), size > 0 ? FLAT / (size * size) : 0);
    scale[a] = curvature > 0 ? 1 / Math.sqrt(curvature) : 0;
  }
  const scaled = { rows: q, columns: q, values };
  for (let b = 0; b < q; b++) {
    for (let a = 0; a < q; a++) scaled.values[a + b * q] = hessian.values[a + b * q]! * scale[a]! * scale[b]!;
  }
  let gradientNorm = 0;
  // along a ridge of constant variance a gradient that is left over passes for a curvature of g / theta
  let leftOver = 0;
  for (let a = 0; a < q; a++) {
    slopes[a] = gradient[a]! * scale[a]!;
    if (optimum.x[a] !== 0) {
      leftOver = Math.max(leftOver, Math.abs((slopes[a]! * scale[a]!) / optimum.x[a]!));
    }
    gradientNorm = Math.max(gradientNorm, Math.abs(gradient[a]!));
  }
  const curvature = positiveDecrement(scaled, slopes, scratch) ?? anyDecrement(scaled, slopes);
  const { decrement, smallest, along } = curvature;
  return {
    converged: ok && decrement < CONVERGED_DECREMENT && (smallest === null || smallest > -SADDLE),
    optimizer: q === 0 ? "none" : optimizer,
    iterations: optimum.iterations,
    evaluations: optimum.evaluations,
    gradientNorm,
    newtonDecrement: decrement,
    // For a quadratic -2 log-likelihood with covariance 2 H^-1, no linear combination of estimates moves by more than
    // sqrt(decrement) of its standard error in one Newton step (Cauchy-Schwarz).
    expectedChange: Math.sqrt(decrement),
    smallestCurvature: smallest,
    ...(smallest !== null && smallest < NO_CURVATURE + Math.min(2 * leftOver, SADDLE)
      ? { flatParameters: Array.from(along, (_, a) => a).filter((a) => Math.abs(along[a]!) > PART) }
      : {}),
    hessianKind: q === 0 ? "none" : problem.hessianKind,
    boundary: problem.boundaryScores(optimum.x),
    trace: keepTrace
      ? optimum.trace.map((row) => ({
          iteration: row.iteration,
          objective: row.objective,
          decrement: row.decrement,
          theta: Array.from(row.x),
        }))
      : null,
  };
}

interface Curvature {
  /** g'H^-1 g / 2 */
  readonly decrement: number;
  /** smallest eigenvalue of the scaled Hessian; null without parameters */
  readonly smallest: number | null;
  /** its eigenvector, length q */
  readonly along: Float64Array;
}

/** By Cholesky (into `l`) and inverse iteration; null when the scaled Hessian is not safely positive definite. */
function positiveDecrement(scaled: Matrix, slopes: Float64Array, l: Float64Array): Curvature | null {
  const q = slopes.length;
  if (q === 0) return { decrement: 0, smallest: null, along: slopes };
  l.set(scaled.values);
  if (!choleskyInPlace(l, q)) return null;
  for (let a = 0; a < q; a++) if (l[a + a * q]! < 1e-3) return null;
  const step = slopes.slice();
  solveCholesky(l, q, step);
  let decrement = 0;
  for (let a = 0; a < q; a++) decrement += 0.5 * slopes[a]! * step[a]!;
  const v = new Float64Array(q);
  for (let a = 0; a < q; a++) v[a] = 1 + 0.1 * a;
  let smallest = 1;
  for (let round = 0; round < 8; round++) {
    let norm = 0;
    for (let a = 0; a < q; a++) norm += v[a]! * v[a]!;
    norm = Math.sqrt(norm);
    for (let a = 0; a < q; a++) v[a]! /= norm;
    step.set(v);
    solveCholesky(l, q, v);
    let quotient = 0;
    for (let a = 0; a < q; a++) quotient += v[a]! * step[a]!;
    smallest = 1 / quotient;
  }
  return { decrement, smallest, along: v };
}

function anyDecrement(scaled: Matrix, slopes: Float64Array): Curvature {
  const q = slopes.length;
  const { values, vectors } = symmetricEigen(scaled);
  let decrement = 0;
  for (let k = 0; k < q; k++) {
    let slope = 0;
    for (let a = 0; a < q; a++) slope += vectors.values[a + k * q]! * slopes[a]!;
    decrement += (0.5 * slope * slope) / Math.max(Math.abs(values[k]!), 1e-8);
  }
  return { decrement, smallest: values[0]!, along: vectors.values.slice(0, q) };
}
