import type { FitResult } from "../fit/result.ts";
import { fittedValues } from "./fittedValues.ts";

/**
 * `raw`: y minus fitted. `pearson`: raw times the root of the precision weight, so that all have the same
 * variance. `scaled`: pearson divided by sigma (what the summary shows the quartiles of).
 */
export type ResidualKind = "raw" | "pearson" | "scaled";

/**
 * Residuals given the random effects, length n, in the order of the data.
 *
 * @throws fit/needs-data when the fit was loaded without its data
 */
export function residuals(fit: FitResult, kind: ResidualKind = "raw"): Float64Array {
  const out = fittedValues(fit);
  const { response, weights } = fit.model;
  for (let i = 0; i < out.length; i++) out[i] = response[i]! - out[i]!;
  if (kind === "raw") return out;
  const scale = kind === "scaled" && fit.sigma > 0 ? 1 / fit.sigma : 1;
  for (let i = 0; i < out.length; i++)
    out[i]! *= scale * (weights === undefined ? 1 : Math.sqrt(weights[i]!));
  return out;
}
