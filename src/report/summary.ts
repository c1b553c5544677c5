import type { FitResult } from "../fit/result.ts";
import { type AnovaTable, anovaTable } from "../inference/anova.ts";
import { type CoefficientTable, coefficientTable } from "../inference/coefficients.ts";
import type { DenominatorMethod } from "../inference/denominator.ts";
import type { AnovaType } from "../inference/hypotheses.ts";
import { type RandomEffectRow, randomEffects } from "../inference/randomEffects.ts";

export interface SummaryOptions {
  /** denominator degrees of freedom; default Satterthwaite for mixed models, residual for linear ones */
  readonly ddf?: DenominatorMethod;
  /** coverage of the confidence intervals, default 0.95 */
  readonly level?: number;
  /** type of the tests of terms; default III for mixed models, I for linear ones */
  readonly anova?: AnovaType;
  /** whether to predict every random effect with its standard error, default false */
  readonly randomEffects?: boolean;
}

/** What a report of a fit shows; the text and the JSON are made of this. */
export interface Summary {
  readonly fit: FitResult;
  readonly coefficients: CoefficientTable;
  /** null when the model was given as numbers, without terms */
  readonly anova: AnovaTable | null;
  readonly randomEffects: readonly RandomEffectRow[] | null;
}

/** Tests, intervals and (on request) predictions of a fit. */
export function summarize(fit: FitResult, options: SummaryOptions = {}): Summary {
  const { ddf, level, anova: type } = options;
  const method = ddf === undefined ? {} : { ddf };
  return {
    fit,
    coefficients: coefficientTable(fit, { ...method, ...(level === undefined ? {} : { level }) }),
    anova:
      fit.design === null ? null : anovaTable(fit, { ...method, ...(type === undefined ? {} : { type }) }),
    randomEffects: options.randomEffects === true ? randomEffects(fit) : null,
  };
}
