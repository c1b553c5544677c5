import { HendersonError } from "../base/errors.ts";
import { fCdf } from "../distributions/fisherF.ts";
import { chiSquaredCdf } from "../distributions/gamma.ts";
import type { FitResult } from "../fit/result.ts";
import { isMixed } from "./denominator.ts";
import { effectsOf, isMarginal } from "./estimableFunctions.ts";

/** The model without one term, against the whole model (the first row, term null). */
export interface DropRow {
  readonly term: string | null;
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

/** Texts of the fixed terms that may be dropped: those that are marginal to no other term. */
export function droppableTerms(fit: FitResult): readonly string[] {
  if (fit.design === null) {
    throw new HendersonError(
      "inference/needs-formula",
      "terms come from a formula, and this model was given as numbers",
      { hint: "compare fits with and without columns instead" },
    );
  }
  const effects = effectsOf(fit.design).filter((effect) => effect.text !== "(Intercept)");
  return effects
    .filter((effect) => !effects.some((other) => other !== effect && isMarginal(effect, other)))
    .map((effect) => effect.text);
}

/**
 * What each droppable term is worth: F test for a linear model, likelihood ratio by ML for a mixed one.
 *
 * AIC is that of the fits' log-likelihoods (for linear models it differs from R's drop1 by a constant).
 *
 * @param refit fits the model without the term (null: the whole model), by ML when it is a mixed model
 */
export function dropOne(fit: FitResult, refit: (term: string | null) => FitResult): DropTable {
  const terms = droppableTerms(fit);
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
  const rows = terms.map((term): DropRow => {
    const without = refit(term);
    const df = whole.beta.length - without.beta.length;
    const common = { term, df, AIC: without.AIC, logLik: without.logLik };
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
