import type { AnovaRow } from "../inference/anova.ts";
import type { DropTests } from "../inference/dropTests.ts";
import type { ExactRatioTest } from "../inference/exactRatioTest.ts";
import type { RanovaRow, RanovaTable } from "../inference/ranova.ts";
import type { StepResult } from "../inference/stepwise.ts";
import type { NumberColumn } from "./coefficientColumns.ts";
import { DDF_WORDS, mixedAnovaText, mixtureLines, testTable } from "./testText.ts";

/** Tests of random terms, as lmerTest's ranova, with the p of the mixture and which mixture it is. */
export function ranovaText({ rows, criterion }: RanovaTable): string[] {
  const [whole] = rows;
  return [
    `Single term deletions of random terms (${criterion} likelihood)`,
    "",
    "Model:",
    whole!.formula,
    ...ranovaLines(rows, []),
    ...mixtureLines(rows.map((row) => ({ name: row.term ?? "", ...row }))),
  ];
}

/** The simulated finite-sample test of the one variance. */
export function exactText({ criterion, statistic, p, se, atZero, draws }: ExactRatioTest): string[] {
  const [shown, error] = [p, se].map((value) => Number(value.toPrecision(3)));
  return [
    "",
    `Exact test (${draws} draws): ${criterion} ratio ${Number(statistic.toPrecision(5))}, p = ${shown} (Monte Carlo error ${error});`,
    `  the ratio is zero in ${Number((100 * atZero).toPrecision(3))} % of the draws, in large samples in half of them`,
  ];
}

/** The path of a backward elimination and its end, as lmerTest's step. */
export function stepText({ random, fixed, ddf, formula }: StepResult): string[] {
  const out: string[] = [];
  if (random.length > 0) {
    const eliminated: NumberColumn = {
      heading: "Eliminated",
      role: "plain",
      values: random.map((row) => (row.term === null ? null : row.eliminated)),
    };
    out.push("Backward reduced random-effect table:", "", ...ranovaLines(random, [eliminated]), "");
  }
  if (fixed.length > 0) {
    out.push(
      `Backward reduced fixed-effect table${ddf === null ? "" : DDF_WORDS[ddf]}:`,
      "",
      ...mixedAnovaText(fixed.map(testLine), [
        { heading: "Eliminated", role: "plain", values: fixed.map((row) => row.eliminated) },
      ]),
      "",
    );
  }
  return [...out, "Model found:", formula];
}

/** F tests of terms that may be dropped, as lmerTest's drop1. */
export function dropTestsText({ ddf, rows }: DropTests): string[] {
  return [`Single term deletions${DDF_WORDS[ddf]}`, ...mixedAnovaText(rows.map(testLine))];
}

function testLine({
  term,
  trait,
  sumSq,
  numDF,
  denDF,
  F,
  p,
}: AnovaRow): Parameters<typeof mixedAnovaText>[0][number] {
  return {
    term: trait === undefined ? term : `${trait}:${term}`,
    sumOfSquares: sumSq,
    numDF,
    denDF,
    statistic: F,
    p,
  };
}

function ranovaLines(rows: readonly RanovaRow[], first: readonly NumberColumn[]): string[] {
  const of = (value: (row: RanovaRow) => number | null): (number | null)[] => rows.map(value);
  return testTable(
    rows.map(({ term }) => ({ term: term ?? "<none>" })),
    [
      ...first,
      { heading: "npar", role: "plain", values: of((row) => row.npar) },
      { heading: "logLik", role: "zapped", values: of((row) => row.logLik) },
      { heading: "AIC", role: "zapped", values: of((row) => row.AIC) },
      { heading: "LRT", role: "statistic", values: of((row) => row.LRT) },
      { heading: "Df", role: "plain", values: of((row) => row.df) },
      { heading: "Pr(>Chisq)", role: "p", values: of((row) => row.p) },
      { heading: "Pr(>mix)", role: "p", values: of((row) => row.pMixture) },
    ],
  );
}
