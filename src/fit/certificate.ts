import type { Problem } from "../engines/engine.ts";
import { createMatrix } from "../linalg/matrix.ts";
import { symmetricEigen } from "../linalg/symmetricEigen.ts";
import type { Optimum } from "../optimize/objective.ts";
import type { ConvergenceCertificate } from "./result.ts";

/** Predicted further decrease of -2 log-likelihood that still counts as converged: moves no estimate by more than 1e-3 SE. */
const CONVERGED_DECREMENT = 1e-6;
/** Scaled curvature below minus this means a saddle, not a minimum. */
const SADDLE = 1e-5;

/**
 * Judges theta by the exact gradient and the Hessian at theta; the optimizer's opinion does not enter.
 *
 * Parameters at zero are interior points of the search (the objective is even in them), so their curvature is
 * twice the one-sided derivative with respect to the variance: a minimum has none that is negative.
 */
export function certify(problem: Problem, optimum: Optimum, keepTrace: boolean): ConvergenceCertificate {
  const q = optimum.x.length;
  const { gradient, hessian, ok } = problem.evaluate(optimum.x, 2);
  const scale = Float64Array.from({ length: q }, (_, a) => {
    const curvature = Math.abs(hessian.values[a + a * q]!);
    return curvature > 0 ? 1 / Math.sqrt(curvature) : 0;
  });
  const scaled = createMatrix(q, q);
  for (let b = 0; b < q; b++) {
    for (let a = 0; a < q; a++) scaled.values[a + b * q] = hessian.values[a + b * q]! * scale[a]! * scale[b]!;
  }
  const { values, vectors } = symmetricEigen(scaled);
  let decrement = 0;
  let gradientNorm = 0;
  for (let k = 0; k < q; k++) {
    let slope = 0;
    for (let a = 0; a < q; a++) slope += vectors.values[a + k * q]! * gradient[a]! * scale[a]!;
    decrement += (0.5 * slope * slope) / Math.max(Math.abs(values[k]!), 1e-8);
    gradientNorm = Math.max(gradientNorm, Math.abs(gradient[k]!));
  }
  const smallest = q > 0 ? values[0]! : null;
  return {
    converged: ok && decrement < CONVERGED_DECREMENT && (smallest === null || smallest > -SADDLE),
    optimizer: q === 0 ? "none" : "newton",
    iterations: optimum.iterations,
    evaluations: optimum.evaluations,
    gradientNorm,
    newtonDecrement: decrement,
    // For a quadratic -2 log-likelihood with covariance 2 H^-1, no linear combination of estimates moves by more than
    // sqrt(decrement) of its standard error in one Newton step (Cauchy-Schwarz).
    expectedChange: Math.sqrt(decrement),
    smallestCurvature: smallest,
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
