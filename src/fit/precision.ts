import type { Precision, Problem } from "../engines/engine.ts";
import { chooseKernels } from "../linalg/chooseKernels.ts";
import { type Matrix, matrixRows } from "../linalg/matrix.ts";
import { prepareProblem } from "./fit.ts";
import { requireRows } from "./requireRows.ts";
import type { FitResult } from "./result.ts";
import { rememberedProblem, rememberProblem } from "./solvedProblems.ts";

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
  if (problem !== rememberedProblem(fit)) problem.release?.();
  known.set(fit, precision);
  return precision;
}

/** The problem that a fit solved, prepared again with the components that were held where it is no longer there. */
export function problemOf(fit: FitResult): Problem {
  const solved = rememberedProblem(fit);
  if (solved) return solved;
  const kernels = chooseKernels({ deterministic: fit.kernels !== "wasm-relaxed-simd" });
  const problem = prepareProblem(fit.model, fit.method === "ML" ? "ML" : "REML", kernels, {
    held: heldMatrices(fit),
    ...(fit.engine === "equations" ? { engine: "equations" as const } : {}),
    ...(fit.solver === undefined ? {} : { solver: fit.solver }),
  });
  rememberProblem(fit, problem);
  return problem;
}

/** The covariances that were held, by component name. */
export function heldMatrices(fit: FitResult): ReadonlyMap<string, Matrix> {
  return new Map(fit.held.map((name) => [name, heldValue(fit, name)]));
}

/** The same by rows, as `components` of a fit. */
export function heldComponents(fit: FitResult): Record<string, number[][]> {
  return Object.fromEntries([...heldMatrices(fit)].map(([name, matrix]) => [name, matrixRows(matrix)]));
}

function heldValue(fit: FitResult, name: string): Matrix {
  if (name === "residual") return fit.residualCovariance!;
  return fit.covariances[fit.model.random.findIndex((term) => term.component === name)]!;
}
