import type { AnovaTable } from "../inference/anova.ts";
import type { DenominatorName } from "../inference/denominator.ts";
import type { DropRow, DropTable } from "../inference/dropOne.ts";
import type { ComparisonRow } from "../inference/likelihoodRatio.ts";
import { mixtureText, type NullDistribution } from "../inference/varianceNull.ts";
import { coefficientCells, type NumberColumn } from "./coefficientColumns.ts";
import { textTable } from "./textTable.ts";

/** Significant digits of analysis-of-variance tables in R. */
const DIGITS = 5;

/** A line of an analysis-of-variance table; null where it has no value. */
interface TestLine {
  readonly term: string;
  readonly sumOfSquares: number | null;
  readonly numDF: number;
  readonly denDF: number | null;
  readonly statistic: number | null;
  readonly p: number | null;
}

/** An analysis-of-variance table with its heading. */
export function anovaText(table: AnovaTable, responseName: string): string[] {
  const lines = table.rows.map(({ term: text, trait, sumSq, numDF, denDF, F, p }): TestLine => {
    const term = trait === undefined ? text : `${trait}:${text}`;
    return { term, sumOfSquares: sumSq, numDF, denDF, statistic: F, p };
  });
  const { residual } = table;
  if (residual === null) {
    return [`Type ${table.type} Analysis of Variance Table${DDF_WORDS[table.ddf]}`, ...mixedAnovaText(lines)];
  }
  const heading =
    table.type === "I" ? "Analysis of Variance Table" : `Type ${table.type} Analysis of Variance Table`;
  const last: TestLine = {
    term: "Residuals",
    sumOfSquares: residual.sumSq,
    numDF: residual.df,
    denDF: null,
    statistic: null,
    p: null,
  };
  return [heading, "", `Response: ${responseName}`, ...linearAnovaText([...lines, last])];
}

/** How degrees of freedom were found, after a heading. */
export const DDF_WORDS: Readonly<Record<DenominatorName, string>> = {
  satterthwaite: " with Satterthwaite's method",
  "kenward-roger": " with Kenward-Roger's method",
  "between-within": " with between-within degrees of freedom",
  containment: " with degrees of freedom by containment",
  residual: " with residual degrees of freedom",
  none: " with a chi-squared reference",
};

/** Sequential sums of squares of a linear model with the residual line, as R's anova() of an lm. */
export function linearAnovaText(lines: readonly TestLine[]): string[] {
  return testTable(lines, [
    { heading: "Df", role: "plain", values: lines.map((line) => line.numDF) },
    ...squares(lines),
    ...statistics(lines),
  ]);
}

/** F tests of the terms of a mixed model, as lmerTest's anova(). */
export function mixedAnovaText(lines: readonly TestLine[], first: readonly NumberColumn[] = []): string[] {
  return testTable(lines, [
    ...first,
    ...squares(lines),
    { heading: "NumDF", role: "plain", values: lines.map((line) => line.numDF) },
    { heading: "DenDF", role: "plain", values: lines.map((line) => line.denDF) },
    ...statistics(lines),
  ]);
}

function squares(lines: readonly TestLine[]): NumberColumn[] {
  const mean = ({ sumOfSquares, numDF }: TestLine): number | null =>
    sumOfSquares === null || numDF === 0 ? null : sumOfSquares / numDF;
  return [
    { heading: "Sum Sq", role: "zapped", values: lines.map((line) => line.sumOfSquares) },
    { heading: "Mean Sq", role: "zapped", values: lines.map(mean) },
  ];
}

function statistics(lines: readonly TestLine[]): NumberColumn[] {
  return [
    { heading: "F value", role: "statistic", values: lines.map((line) => line.statistic) },
    { heading: "Pr(>F)", role: "p", values: lines.map((line) => line.p) },
  ];
}

/** Likelihood-ratio tests between models, as lme4's anova() of several fits. */
export function comparisonText(
  lines: readonly (Omit<ComparisonRow, "index" | "nullDistribution" | "pMixture"> &
    Partial<Pick<ComparisonRow, "pMixture">>)[],
): string[] {
  return testTable(
    lines.map((line) => ({ term: line.name })),
    [
      { heading: "npar", role: "plain", values: lines.map((line) => line.npar) },
      { heading: "AIC", role: "zapped", values: lines.map((line) => line.AIC) },
      { heading: "BIC", role: "zapped", values: lines.map((line) => line.BIC) },
      { heading: "logLik", role: "zapped", values: lines.map((line) => line.logLik) },
      { heading: "deviance", role: "zapped", values: lines.map((line) => line.deviance) },
      { heading: "Chisq", role: "statistic", values: lines.map((line) => line.chisq) },
      { heading: "Df", role: "plain", values: lines.map((line) => line.df) },
      { heading: "Pr(>Chisq)", role: "p", values: lines.map((line) => line.p) },
      ...(lines.some((line) => line.pMixture != null)
        ? [{ heading: "Pr(>mix)", role: "p" as const, values: lines.map((line) => line.pMixture ?? null) }]
        : []),
    ],
  );
}

/** Which mixture stands behind the column Pr(>mix), a line for each test that has one. */
export function mixtureLines(
  rows: readonly { readonly name: string; readonly nullDistribution: NullDistribution | null }[],
): string[] {
  const lines = rows.flatMap(({ name, nullDistribution }) =>
    nullDistribution === null ? [] : [`  ${name}: ${mixtureText(nullDistribution)}`],
  );
  return lines.length === 0 ? [] : ["", "mix:", ...lines];
}

/** What each term is worth, as lme4's and lm's drop1(); the whole model is `<none>`. */
export function dropText({ rows, test }: DropTable): string[] {
  const named = rows.map(({ term, trait }) => ({
    term: term === null ? "<none>" : trait === undefined ? term : `${trait}:${term}`,
  }));
  const of = (value: (row: DropRow) => number | null): (number | null)[] => rows.map(value);
  if (test === "Chisq") {
    return testTable(named, [
      { heading: "npar", role: "plain", values: of((row) => row.df) },
      { heading: "AIC", role: "zapped", values: of((row) => row.AIC) },
      { heading: "LRT", role: "zapped", values: of((row) => row.statistic) },
      { heading: "Pr(Chi)", role: "p", values: of((row) => row.p) },
    ]);
  }
  return testTable(named, [
    { heading: "Df", role: "plain", values: of((row) => row.df) },
    { heading: "Sum of Sq", role: "zapped", values: of((row) => row.sumSq) },
    { heading: "RSS", role: "zapped", values: of((row) => row.residualSumOfSquares) },
    { heading: "AIC", role: "zapped", values: of((row) => row.AIC) },
    { heading: "F value", role: "statistic", values: of((row) => row.statistic) },
    { heading: "Pr(>F)", role: "p", values: of((row) => row.p) },
  ]);
}

/** A table of tests: a name a line, and columns of numbers. */
export function testTable(
  lines: readonly { readonly term: string }[],
  columns: readonly NumberColumn[],
): string[] {
  const cells = coefficientCells(columns, DIGITS, "");
  return textTable([
    { heading: "", cells: lines.map((line) => line.term), align: "left" },
    ...columns.map((column, j) => ({ heading: column.heading, cells: cells[j]!, align: "right" as const })),
  ]);
}
