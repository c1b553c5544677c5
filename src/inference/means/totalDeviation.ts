import { HendersonError } from "../../base/errors.ts";
import { requireRows } from "../../fit/requireRows.ts";
import type { FitResult } from "../../fit/result.ts";

/**
 * Standard deviation of an observation given the fixed effects: the root of the residual variance plus what the random
 * effects add, on average over the rows of the fit.
 *
 * @throws HendersonError `means/total-variance` for terms with several levels a row, tied terms and several traits
 */
export function totalDeviation(fit: FitResult): number {
  let variance = fit.residualCovariance === null ? fit.sigma ** 2 : fit.residualCovariance.values[0]!;
  for (const [t, term] of fit.model.random.entries()) {
    if (term.incidence !== undefined || fit.model.traits !== undefined) {
      throw new HendersonError(
        "means/total-variance",
        `the variance that '${term.component}' gives to an observation is not one number here`,
        { hint: "give the standard deviation of an observation as a number" },
      );
    }
    const { codes, basis, relationship } = term;
    const k = basis.length;
    const sigma = fit.covariances[t]!.values;
    if (k === 1 && basis[0] === null && relationship === undefined) {
      variance += sigma[0]!;
      continue;
    }
    requireRows(fit, "the variance of an observation");
    let sum = 0;
    for (let i = 0; i < codes.length; i++) {
      let own = 0;
      for (let b = 0; b < k; b++) {
        const zb = basis[b]?.[i] ?? 1;
        for (let a = 0; a < k; a++) own += (basis[a]?.[i] ?? 1) * sigma[a + b * k]! * zb;
      }
      sum += own * (relationship?.diagonal[codes[i]!] ?? 1);
    }
    variance += sum / codes.length;
  }
  return Math.sqrt(variance);
}
