import { HendersonError } from "../base/errors.ts";
import { fCdf } from "../distributions/fisherF.ts";
import { chiSquaredCdf } from "../distributions/gamma.ts";
import type { FitResult } from "../fit/result.ts";
import { isMixed } from "./denominator.ts";
import { type Effect, effectsOf, isMarginal } from "./estimableFunctions.ts";

/** The model without one term, against the whole model (the first row, term null). */
export interface DropRow {
  readonly term: string | null;
  /** where there are several traits: the one that loses the term */
  readonly trait?: string;
  /** parameters the term has; null in the first row */
  readonly df: number | null;
  readonly AIC: number;
  readonly logLik: number;
  /** linear models: residual sum of squares, and what dropping the term adds to it */
  readonly residualSumOfSquares: number | null;
  readonly sumSq: number | null;
  /** F for linear models, likelihood-ratio chi-squared for mixed ones */
  readonly statistic: number | null;
  readonly p: number | null;
}

export interface DropTable {
  readonly test: "F" | "Chisq";
  readonly rows: readonly DropRow[];
}

/** Fixed terms that may be dropped, those that are marginal to no other; with several traits a term is one for each. */
export function droppableEffects(fit: FitResult): readonly Effect[] {
  if (fit.design === null) {
    throw new HendersonError(
      "inference/needs-formula",
      "terms come from a formula, and this model was given as numbers",
      { hint: "compare fits with and without columns instead" },
    );
  }
  const effects = effectsOf(fit.design).filter((effect) => effect.text !== "(Intercept)");
  return effects.filter((effect) => !effects.some((other) => other !== effect && isMarginal(effect, other)));
}

/** The term and, where there are several traits, the trait it belongs to. */
export function effectName({ model }: FitResult, { text, trait }: Effect): { term: string; trait?: string } {
  return model.traits === undefined ? { term: text } : { term: text, trait: model.traits.names[trait]! };
}

/**
 * What each droppable term is worth: F test for a linear model, likelihood ratio by ML for a mixed one.
 *
 * AIC is that of the fits' log-likelihoods (for linear models it differs from R's drop1 by a constant).
 *
 * @param refit fits the model without the term (null: the whole model), by ML when it is a mixed model; where the traits have
 *   formulas of their own, without the term of the trait of that number. Of mvbind() a term goes from all traits.
 */
export function dropOne(
  fit: FitResult,
  refit: (term: string | null, trait?: number) => FitResult,
): DropTable {
  const all = droppableEffects(fit);
  const together = fit.design!.formula.traits.length === 1;
  const effects = together ? all.filter(({ trait }) => trait === 0) : all;
  const linear = !isMixed(fit);
  const whole = fit.method === "REML" ? refit(null) : fit;
  const first: DropRow = {
    term: null,
    df: null,
    AIC: whole.AIC,
    logLik: whole.logLik,
    residualSumOfSquares: linear ? whole.residualSumOfSquares : null,
    sumSq: null,
    statistic: null,
    p: null,
  };
  const rows = effects.map((effect): DropRow => {
    const without = refit(effect.text, effect.trait);
    const df = whole.beta.length - without.beta.length;
    const common = {
      ...(together ? { term: effect.text } : effectName(fit, effect)),
      df,
      AIC: without.AIC,
      logLik: without.logLik,
    };
    if (linear) return { ...common, ...linearTest(whole, without, df) };
    const statistic = Math.max(0, 2 * (whole.logLik - without.logLik));
    const p = df > 0 ? chiSquaredCdf(statistic, df, { lower: false }) : null;
    return { ...common, residualSumOfSquares: null, sumSq: null, statistic, p };
  });
  return { test: linear ? "F" : "Chisq", rows: [first, ...rows] };
}

function linearTest(
  whole: FitResult,
  without: FitResult,
  df: number,
): Pick<DropRow, "residualSumOfSquares" | "sumSq" | "statistic" | "p"> {
  const sumSq = without.residualSumOfSquares - whole.residualSumOfSquares;
  const residualDf = whole.nobs - whole.beta.length;
  const F = sumSq / df / (whole.residualSumOfSquares / residualDf);
  const testable = df > 0 && residualDf > 0 && !Number.isNaN(F);
  return {
    residualSumOfSquares: without.residualSumOfSquares,
    sumSq,
    statistic: testable ? F : null,
    p: testable ? fCdf(F, df, residualDf, { lower: false }) : null,
  };
}
