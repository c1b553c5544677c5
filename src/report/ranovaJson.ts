import type { Note } from "../base/notes.ts";
import type { DropTests } from "../inference/dropTests.ts";
import type { ExactRatioTest } from "../inference/exactRatioTest.ts";
import type { RanovaRow, RanovaTable } from "../inference/ranova.ts";
import type { StepResult } from "../inference/stepwise.ts";
import type { NullDistribution } from "../inference/varianceNull.ts";
import type { Json } from "./exactJson.ts";
import { noteJson, termJson } from "./fitJson.ts";
import { finiteOrNull } from "./numberArrays.ts";

/** `henderson/ranova@1`: the whole model first, with term null. */
export function ranovaJson(
  { criterion, rows, notes }: RanovaTable,
  more: readonly Note[],
  exact: ExactRatioTest | null = null,
): Json {
  return {
    schema: "henderson/ranova@1",
    criterion,
    terms: rows.map(ranovaRowJson),
    ...(exact === null ? {} : { exact: { ...exact } }),
    notes: [...more, ...notes].map(noteJson),
  };
}

/** `henderson/step@1` */
export function stepJson({ formula, random, fixed, ddf, notes }: StepResult, more: readonly Note[]): Json {
  return {
    schema: "henderson/step@1",
    formula,
    ddf,
    random: random.map((row) => ({ ...ranovaRowJson(row), eliminated: row.eliminated })),
    fixed: fixed.map((row) => ({ test: termJson(row), eliminated: row.eliminated })),
    notes: [...more, ...notes].map(noteJson),
  };
}

/** `henderson/drop1@1` with F tests. */
export function dropTestsJson({ ddf, rows, notes }: DropTests, more: readonly Note[]): Json {
  return {
    schema: "henderson/drop1@1",
    test: "F",
    ddf,
    terms: rows.map(termJson),
    notes: [...more, ...notes].map(noteJson),
  };
}

/** Parts of a mixture of chi-squared distributions. */
export function nullDistributionJson(distribution: NullDistribution | null): Json {
  if (distribution === null) return null;
  return {
    exact: distribution.exact,
    parts: distribution.parts.map(({ df, weight }) => ({ df, weight })),
  };
}

function ranovaRowJson(row: RanovaRow): { [key: string]: Json } {
  return {
    term: row.term,
    formula: row.formula,
    npar: row.npar,
    logLik: finiteOrNull(row.logLik),
    AIC: finiteOrNull(row.AIC),
    LRT: finiteOrNull(row.LRT),
    df: row.df,
    p: finiteOrNull(row.p),
    pMixture: finiteOrNull(row.pMixture),
    nullDistribution: nullDistributionJson(row.nullDistribution),
  };
}
