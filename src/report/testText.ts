import { coefficientCells, type NumberColumn } from "./coefficientColumns.ts";
import { textTable } from "./textTable.ts";

/** Significant digits of analysis-of-variance tables in R. */
const DIGITS = 5;

/** A line of an analysis-of-variance table; null where it has no value. */
export interface TestLine {
  readonly term: string;
  readonly sumOfSquares: number | null;
  readonly numDF: number;
  readonly denDF: number | null;
  readonly statistic: number | null;
  readonly p: number | null;
}

/** Sequential sums of squares of a linear model with the residual line, as R's anova() of an lm. */
export function linearAnovaText(lines: readonly TestLine[]): string[] {
  return testTable(lines, [
    { heading: "Df", role: "plain", values: lines.map((line) => line.numDF) },
    ...squares(lines),
    ...statistics(lines),
  ]);
}

/** F tests of the terms of a mixed model, as lmerTest's anova(). */
export function mixedAnovaText(lines: readonly TestLine[]): string[] {
  return testTable(lines, [
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

/** A line of a table that compares models. */
export interface ComparisonLine {
  readonly name: string;
  readonly parameters: number;
  readonly AIC: number;
  readonly BIC: number | null;
  readonly logLik: number | null;
  readonly deviance: number | null;
  readonly chisq: number | null;
  readonly df: number | null;
  readonly p: number | null;
}

/** Likelihood-ratio tests between models, as lme4's anova() of several fits. */
export function comparisonText(lines: readonly ComparisonLine[]): string[] {
  return testTable(
    lines.map((line) => ({ term: line.name })),
    [
      { heading: "npar", role: "plain", values: lines.map((line) => line.parameters) },
      { heading: "AIC", role: "zapped", values: lines.map((line) => line.AIC) },
      { heading: "BIC", role: "zapped", values: lines.map((line) => line.BIC) },
      { heading: "logLik", role: "zapped", values: lines.map((line) => line.logLik) },
      { heading: "deviance", role: "zapped", values: lines.map((line) => line.deviance) },
      { heading: "Chisq", role: "statistic", values: lines.map((line) => line.chisq) },
      { heading: "Df", role: "plain", values: lines.map((line) => line.df) },
      { heading: "Pr(>Chisq)", role: "p", values: lines.map((line) => line.p) },
    ],
  );
}

function testTable(lines: readonly { readonly term: string }[], columns: readonly NumberColumn[]): string[] {
  const cells = coefficientCells(columns, DIGITS, "");
  return textTable([
    { heading: "", cells: lines.map((line) => line.term), align: "left" },
    ...columns.map((column, j) => ({ heading: column.heading, cells: cells[j]!, align: "right" as const })),
  ]);
}
