import type { FitResult } from "../fit/result.ts";
import { residuals } from "../predict/residuals.ts";
import { rowDeletionOf } from "./leaveOneOut.ts";

/** Leverage of every record, in the order of the data. */
export interface Leverage {
  /** diagonal of H in X b + Z u = H y: how much of its own fitted value a record is (lme4's hatvalues) */
  readonly conditional: Float64Array;
  /** diagonal of H1 in X b = H1 y: its weight in the fixed effects; sums to p */
  readonly fixed: Float64Array;
  /** (scaled residual / (1 - h))^2 h / p with conditional h and residuals (lme4's cooks.distance of a fit) */
  readonly conditionalCooksDistance: Float64Array;
}

/**
 * Leverages at the estimated variances.
 *
 * @throws HendersonError fit/needs-data, fit/no-residual-variance, engine/too-large
 */
export function leverage(fit: FitResult): Leverage {
  const { conditionalLeverage, fixedLeverage } = rowDeletionOf(fit, "leverages");
  const p = fit.beta.length;
  return {
    conditional: conditionalLeverage,
    fixed: fixedLeverage,
    conditionalCooksDistance: residuals(fit, "scaled").map((e, i) => {
      const h = conditionalLeverage[i]!;
      return p === 0 ? Number.NaN : (e / (1 - h)) ** 2 * (h / p);
    }),
  };
}
