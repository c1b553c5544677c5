import { precisionOf } from "../fit/precision.ts";
import type { FitResult } from "../fit/result.ts";

export interface RandomEffectsOptions {
  /**
   * What `se` measures: the prediction error, with the fixed effects unknown (default, as in the mixed
   * model equations), or the conditional spread with them held at their estimates (lme4's `condVar`);
   * `none` leaves se and reliability out, which saves a factorization.
   */
  readonly conditionalVariances?: "prediction-error" | "conditional" | "none";
}

/** The prediction (BLUP) of one coefficient of one level. */
export interface RandomEffectRow {
  readonly component: string;
  readonly group: string;
  /** coefficient, `(Intercept)` or `Days` */
  readonly term: string;
  readonly level: string;
  readonly estimate: number;
  readonly se: number | null;
  /** 1 - PEV / own variance; null where that variance is zero or not asked for */
  readonly reliability: number | null;
}

/** Predicted random effects in order of components, levels and coefficients. */
export function randomEffects(
  fit: FitResult,
  options: RandomEffectsOptions = {},
): readonly RandomEffectRow[] {
  const kind = options.conditionalVariances ?? "prediction-error";
  const precision = kind === "none" || fit.model.random.length === 0 ? null : precisionOf(fit);
  const sigma2 = fit.sigma * fit.sigma;
  const rows: RandomEffectRow[] = [];
  for (const [t, term] of fit.model.random.entries()) {
    const k = term.coefficientNames.length;
    const modes = fit.modes[t]!;
    const errors = precision?.predictionErrorBlocks[t] ?? null;
    const shown = (kind === "conditional" ? precision?.conditionalBlocks[t] : errors) ?? null;
    for (const [level, name] of term.levels.entries()) {
      for (let c = 0; c < k; c++) {
        const diagonal = level * k * k + c * (k + 1);
        const own = fit.covariances[t]!.values[c * (k + 1)]!;
        rows.push({
          component: term.component,
          group: term.group,
          term: term.coefficientNames[c]!,
          level: name,
          estimate: modes[level * k + c]!,
          se: shown === null ? null : Math.sqrt(sigma2 * Math.max(0, shown[diagonal]!)),
          reliability: errors === null || !(own > 0) ? null : 1 - (sigma2 * errors[diagonal]!) / own,
        });
      }
    }
  }
  return rows;
}
