import { HendersonError } from "../base/errors.ts";
import {
  type NaturalCovariances,
  type SolvedEquations,
  solveEquationsAt,
} from "../engines/equations/solvedEquations.ts";
import { chooseKernels } from "../linalg/chooseKernels.ts";
import { requireRows } from "./requireRows.ts";
import type { FitResult } from "./result.ts";

/** Filled on demand, one a fit: the factor of a large model is large. */
const known = new WeakMap<FitResult, SolvedEquations>();

/**
 * The mixed model equations of a fit, whatever engine it came from, factorized at its estimates; made once per fit.
 *
 * @param what the quantity that needs them, for messages: `leave-one-out predictions`
 * @throws HendersonError fit/needs-data, fit/no-residual-variance, engine/no-prediction-errors, engine/too-large
 */
export function solvedFit(fit: FitResult, what: string): SolvedEquations {
  const found = known.get(fit);
  if (found) return found;
  requireRows(fit, what);
  if (fit.solver === "iteration") {
    throw new HendersonError(
      "engine/no-prediction-errors",
      `${what} need a factor of the equations, and this fit solved them by iteration`,
      { hint: "take fewer levels, or ask for the factor (solver: factor) where memory allows it" },
    );
  }
  const covariances = naturalCovariances(fit);
  const T = covariances.residual.rows;
  let positive = true;
  for (let t = 0; t < T; t++) positive &&= covariances.residual.values[t * (T + 1)]! > 0;
  const solved = positive ? solveEquationsAt(fit.model, covariances, chooseKernels()) : null;
  if (solved === null) {
    throw new HendersonError(
      "fit/no-residual-variance",
      `${what} need a residual variance, and in this fit it is zero`,
      { hint: "look for a response that the fixed or random effects reproduce exactly" },
    );
  }
  known.set(fit, solved);
  return solved;
}

/** Sigma of every random term and R0 at the estimates. */
export function naturalCovariances(fit: FitResult): NaturalCovariances {
  return {
    random: fit.covariances,
    residual: fit.residualCovariance ?? {
      rows: 1,
      columns: 1,
      values: Float64Array.of(fit.sigma * fit.sigma),
    },
  };
}
