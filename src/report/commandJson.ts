import type { Note } from "../base/notes.ts";
import type { AnovaTable } from "../inference/anova.ts";
import type { ConfidenceInterval } from "../inference/confint.ts";
import type { DropTable } from "../inference/dropOne.ts";
import type { Comparison } from "../inference/likelihoodRatio.ts";
import type { VarianceInterval } from "../inference/varianceIntervals.ts";
import type { PredictResult } from "../predict/predict.ts";
import type { Json } from "./exactJson.ts";
import { noteJson, termJson } from "./fitJson.ts";
import { jsonPieces } from "./jsonPieces.ts";
import { finiteOrNull } from "./numberArrays.ts";
import { nullDistributionJson } from "./ranovaJson.ts";

/** `henderson/anova@1`: likelihood-ratio table, in the order of the table. */
export function anovaJson({ rows, criterion, notes }: Comparison, formulas: readonly string[]): Json {
  return {
    schema: "henderson/anova@1",
    criterion,
    models: rows.map((row) => ({
      name: row.name,
      formula: formulas[row.index] ?? row.name,
      npar: row.npar,
      AIC: finiteOrNull(row.AIC),
      BIC: finiteOrNull(row.BIC),
      logLik: finiteOrNull(row.logLik),
      deviance: finiteOrNull(row.deviance),
      chisq: finiteOrNull(row.chisq),
      df: finiteOrNull(row.df),
      p: finiteOrNull(row.p),
      pMixture: finiteOrNull(row.pMixture),
      nullDistribution: nullDistributionJson(row.nullDistribution),
    })),
    notes: notes.map(noteJson),
  };
}

/** `henderson/anova@1` of one model: F tests of its terms. */
export function termsJson({ type, ddf, rows, notes }: AnovaTable, more: readonly Note[]): Json {
  return {
    schema: "henderson/anova@1",
    type,
    ddf,
    terms: rows.map(termJson),
    notes: [...more, ...notes].map(noteJson),
  };
}

/**
 * `henderson/predict@1`: one entry a row of the new data, null where a predictor is missing; of several traits an
 * object of such lists by trait.
 */
export function predictJson({ target, predictions, traits, notes }: PredictResult): Json {
  const all = predictions.map(finiteOrNull);
  const rows = all.length / (traits?.length ?? 1);
  return {
    schema: "henderson/predict@1",
    target,
    predictions:
      traits === undefined
        ? all
        : Object.fromEntries(traits.map((trait, t) => [trait, all.slice(t * rows, (t + 1) * rows)])),
    notes: notes.map(noteJson),
  };
}

/** `henderson/confint@1` */
export function confintJson(
  intervals: readonly (ConfidenceInterval | VarianceInterval)[],
  method: string,
  level: number,
  notes: readonly Note[],
): Json {
  return {
    schema: "henderson/confint@1",
    method,
    level,
    intervals: intervals.map((interval) => ({
      term: interval.name,
      ...("kind" in interval
        ? {
            kind: interval.kind,
            component: interval.component,
            estimate: finiteOrNull(interval.estimate),
            se: finiteOrNull(interval.se),
          }
        : {}),
      lower: finiteOrNull(interval.lower),
      upper: finiteOrNull(interval.upper),
    })),
    notes: notes.map(noteJson),
  };
}

/** `henderson/drop1@1`: the whole model first, with term null. */
export function drop1Json({ test, rows }: DropTable, notes: readonly Note[]): Json {
  return {
    schema: "henderson/drop1@1",
    test,
    terms: rows.map((row) => ({
      term: row.term,
      ...(row.trait === undefined ? {} : { trait: row.trait }),
      df: row.df,
      AIC: finiteOrNull(row.AIC),
      logLik: finiteOrNull(row.logLik),
      residualSumOfSquares: finiteOrNull(row.residualSumOfSquares),
      sumSq: finiteOrNull(row.sumSq),
      statistic: finiteOrNull(row.statistic),
      p: finiteOrNull(row.p),
    })),
    notes: notes.map(noteJson),
  };
}

/** JSON text with a line for each member of the outermost object. */
export function jsonText(json: Json): string {
  return [...jsonPieces(json)].join("");
}
