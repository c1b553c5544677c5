import type { FitResult } from "../fit/result.ts";
import { fittedValues } from "./fittedValues.ts";

/**
 * `raw`: y minus fitted. `pearson`: raw times the root of the precision weight, so that all have the same
 * variance (of their trait). `scaled`: pearson divided by sigma (what the summary shows the quartiles of).
 */
export type ResidualKind = "raw" | "pearson" | "scaled";

/**
 * Residuals given the random effects, length n, in the order of the data.
 *
 * @throws fit/needs-data when the fit was loaded without its data
 */
export function residuals(fit: FitResult, kind: ResidualKind = "raw"): Float64Array {
  const out = fittedValues(fit);
  const { response, weights, traits } = fit.model;
  for (let i = 0; i < out.length; i++) out[i] = response[i]! - out[i]!;
  if (kind === "raw") return out;
  const deviations =
    traits === undefined || fit.residualCovariance === null
      ? [fit.sigma]
      : traits.names.map((_, t) => Math.sqrt(fit.residualCovariance!.values[t * (traits.names.length + 1)]!));
  const scales = deviations.map((sd) => (kind === "scaled" && sd > 0 ? 1 / sd : 1));
  for (let i = 0; i < out.length; i++)
    out[i]! *= scales[traits?.trait[i] ?? 0]! * (weights === undefined ? 1 : Math.sqrt(weights[i]!));
  return out;
}
