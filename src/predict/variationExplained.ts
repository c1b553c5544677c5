import type { FitResult } from "../fit/result.ts";
import { fittedValues } from "./fittedValues.ts";

/** How much of the variation of the response a linear model explains. */
interface VariationExplained {
  readonly rSquared: number;
  readonly adjustedRSquared: number;
  /** test of all coefficients but the intercept; null where there are none or no residual degrees of freedom */
  readonly statistic: number | null;
  readonly numeratorDf: number;
  readonly residualDf: number;
}

/**
 * R-squared and the overall F statistic of a linear model: weighted sums of squares, about the mean of the
 * fitted values when the model has an intercept and about zero otherwise.
 *
 * @returns null when the fitted values do not vary
 */
export function variationExplained(fit: FitResult): VariationExplained | null {
  const fitted = fittedValues(fit);
  const hasIntercept = fit.design?.recipe.intercept ?? fit.model.fixed.names.includes("(Intercept)");
  const { offset, weights } = fit.model;
  let weightSum = 0;
  let weightedSum = 0;
  for (let i = 0; i < fitted.length; i++) {
    if (offset !== undefined) fitted[i]! -= offset[i]!;
    const weight = weights === undefined ? 1 : weights[i]!;
    weightSum += weight;
    weightedSum += weight * fitted[i]!;
  }
  const center = hasIntercept ? weightedSum / weightSum : 0;
  let explained = 0;
  for (let i = 0; i < fitted.length; i++) {
    explained += (weights === undefined ? 1 : weights[i]!) * (fitted[i]! - center) ** 2;
  }
  const p = fit.beta.length;
  const residualDf = fit.nobs - p;
  const numeratorDf = p - (hasIntercept ? 1 : 0);
  const total = explained + fit.residualSumOfSquares;
  if (numeratorDf === 0 || total === 0) return null;
  const rSquared = explained / total;
  return {
    rSquared,
    adjustedRSquared:
      residualDf > 0 ? 1 - ((1 - rSquared) * (fit.nobs - (hasIntercept ? 1 : 0))) / residualDf : rSquared,
    statistic:
      residualDf > 0 && fit.residualSumOfSquares > 0
        ? explained / numeratorDf / (fit.residualSumOfSquares / residualDf)
        : null,
    numeratorDf,
    residualDf,
  };
}
