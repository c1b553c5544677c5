import { requireRows } from "../fit/requireRows.ts";
import type { FitResult } from "../fit/result.ts";
import { addRandomPart, fixedPart, type PredictionTarget } from "./linearPredictor.ts";

/**
 * Fitted values of the rows in the model, length n, in the order of the data.
 *
 * `group` (default) is X b + Z u, `mean` is X b; both with the offset.
 *
 * @throws fit/needs-data when the fit was loaded without its data
 */
export function fittedValues(fit: FitResult, target: PredictionTarget = "group"): Float64Array {
  requireRows(fit, "fitted values");
  const values = fixedPart(fit);
  if (target === "group") addRandomPart(fit, fit.model.random, values);
  return values;
}
