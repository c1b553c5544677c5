import type { Precision, Problem } from "../engines/engine.ts";
import type { Matrix } from "../linalg/matrix.ts";
import { prepareProblem } from "./fit.ts";
import { requireRows } from "./requireRows.ts";
import type { FitResult } from "./result.ts";

/** Filled on demand: a fit is plain data, and most uses never need its precision. */
const known = new WeakMap<FitResult, Precision>();

/**
 * Prediction error variances, and how the objective and Var(beta) move with theta at the estimates.
 * Prepares the engine again from the model; computed once per fit.
 */
export function precisionOf(fit: FitResult): Precision {
  const found = known.get(fit);
  if (found) return found;
  requireRows(fit, "standard errors of random effects and degrees of freedom");
  const problem = problemOf(fit);
  const precision = problem.precision(fit.theta);
  known.set(fit, precision);
  return precision;
}

/** The problem that a fit solved, prepared again with the components that were held. */
export function problemOf(fit: FitResult): Problem {
  const held = new Map(fit.held.map((name) => [name, heldValue(fit, name)]));
  return prepareProblem(fit.model, fit.method === "ML" ? "ML" : "REML", undefined, {
    held,
    ...(fit.engine === "equations" ? { engine: "equations" as const } : {}),
    ...(fit.solver === undefined ? {} : { solver: fit.solver }),
  });
}

function heldValue(fit: FitResult, name: string): Matrix {
  if (name === "residual") return fit.residualCovariance!;
  return fit.covariances[fit.model.random.findIndex((term) => term.component === name)]!;
}
