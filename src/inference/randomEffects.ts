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
  /** grouping as written; of tied terms that of the coefficient, `calf` or `dam` */
  readonly group: string;
  /** coefficient, `(Intercept)` or `Days` */
  readonly term: string;
  /** where there are several traits */
  readonly trait?: string;
  readonly level: string;
  readonly estimate: number;
  /** null where not asked for, and where the equations were solved by iteration */
  readonly se: number | null;
  /** 1 - PEV / (variance times K_ii); null where that variance is zero, not asked for, or the level a group */
  readonly reliability: number | null;
  /** F of a level of a pedigree (K_ii - 1); absent elsewhere */
  readonly inbreeding?: number;
}

/** Predicted random effects in order of components, levels and coefficients. */
export function randomEffects(
  fit: FitResult,
  options: RandomEffectsOptions = {},
): readonly RandomEffectRow[] {
  const kind = options.conditionalVariances ?? "prediction-error";
  const none = kind === "none" || fit.model.random.length === 0 || fit.solver === "iteration";
  const precision = none ? null : precisionOf(fit);
  const sigma2 = fit.sigma * fit.sigma;
  const rows: RandomEffectRow[] = [];
  for (const [t, term] of fit.model.random.entries()) {
    const k = term.coefficientNames.length;
    const { relationship, coefficientTrait } = term;
    const modes = fit.modes[t]!;
    const errors = precision?.predictionErrorBlocks[t] ?? null;
    const shown = (kind === "conditional" ? precision?.conditionalBlocks[t] : errors) ?? null;
    const related = relationship?.diagonal;
    for (const [level, name] of (relationship?.levels ?? term.levels).entries()) {
      const own = related === undefined ? 1 : related[level]!;
      const isGroup = relationship !== undefined && level >= relationship.levels.length - relationship.groups;
      for (let c = 0; c < k; c++) {
        const diagonal = level * k * k + c * (k + 1);
        const variance = isGroup ? Number.NaN : fit.covariances[t]!.values[c * (k + 1)]! * own;
        const origin = term.coefficientOrigin?.[c];
        rows.push({
          component: term.component,
          group: origin?.group ?? term.group,
          term: origin?.name ?? term.coefficientNames[c]!,
          ...(coefficientTrait === undefined
            ? {}
            : { trait: fit.model.traits!.names[coefficientTrait[c]!]! }),
          level: name,
          estimate: modes[level * k + c]!,
          se: shown === null ? null : Math.sqrt(sigma2 * Math.max(0, shown[diagonal]!)),
          reliability:
            errors === null || !(variance > 0) ? null : 1 - (sigma2 * errors[diagonal]!) / variance,
          ...(relationship?.source === "pedigree" && !isGroup ? { inbreeding: own - 1 } : {}),
        });
      }
    }
  }
  return rows;
}
