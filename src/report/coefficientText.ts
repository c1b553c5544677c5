import type { ConfidenceInterval } from "../inference/confint.ts";
import { abbreviate } from "./abbreviate.ts";
import { coefficientCells, type NumberColumn } from "./coefficientColumns.ts";
import { formatNumbers, roundTo, toDecimals } from "./numberFormat.ts";
import { type TextColumn, textTable } from "./textTable.ts";

/** What a line of the table of fixed effects shows; null where there is no value. */
export interface CoefficientLine {
  readonly name: string;
  readonly estimate: number | null;
  readonly se: number | null;
  readonly df: number | null;
  readonly statistic: number | null;
  readonly p: number | null;
  readonly interval: readonly [number, number] | null;
}

interface CoefficientTextOptions {
  readonly digits: number;
  /** whether degrees of freedom differ by coefficient and have a column of their own */
  readonly dfColumn: boolean;
  /** `t` or `z` */
  readonly statistic: "t" | "z";
  /** coverage of the intervals; null leaves them out */
  readonly level: number | null;
}

/** The table of fixed effects, as lmerTest and lm print it, with confidence limits at the end of each line. */
export function coefficientText(
  lines: readonly CoefficientLine[],
  options: CoefficientTextOptions,
): string[] {
  const { digits, dfColumn, statistic, level } = options;
  const pick = (value: (line: CoefficientLine) => number | null): (number | null)[] => lines.map(value);
  const columns: NumberColumn[] = [
    { heading: "Estimate", role: "estimate", values: pick((line) => line.estimate) },
    { heading: "Std. Error", role: "estimate", values: pick((line) => line.se) },
  ];
  if (dfColumn) columns.push({ heading: "df", role: "estimate", values: pick((line) => line.df) });
  columns.push({ heading: `${statistic} value`, role: "statistic", values: pick((line) => line.statistic) });
  if (lines.some((line) => line.p !== null)) {
    columns.push({ heading: `Pr(>|${statistic}|)`, role: "p", values: pick((line) => line.p) });
  }
  if (level !== null) columns.push(limitColumn(lines, 0, level), limitColumn(lines, 1, level));
  const cells = coefficientCells(columns, digits, "NA");
  const table: TextColumn[] = [
    { heading: "", cells: lines.map((line) => line.name), align: "left" },
    ...columns.map(
      (column, j): TextColumn => ({ heading: column.heading, cells: cells[j]!, align: "right" }),
    ),
  ];
  return textTable(table);
}

function limitColumn(lines: readonly CoefficientLine[], side: 0 | 1, level: number): NumberColumn {
  return {
    heading: percent(side === 0 ? (1 - level) / 2 : (1 + level) / 2),
    role: "limit",
    values: lines.map((line) => line.interval?.[side] ?? null),
  };
}

/** 0.025 -> `2.5 %` */
export function percent(probability: number): string {
  return `${Number((100 * probability).toPrecision(6))} %`;
}

/** Lower triangle of the correlations of the fixed effects, with shortened column names. */
export function correlationText(
  names: readonly string[],
  correlation: (i: number, j: number) => number | null,
): string[] {
  const rowNames = abbreviate(names, 11);
  const headings = abbreviate(names, 6);
  const rows = names.map((_, i) => i).slice(1);
  return textTable([
    { heading: "", cells: rows.map((i) => rowNames[i]!), align: "left" },
    ...rows.map((_, j): TextColumn => {
      const cells = rows.map((i) => (i > j ? correlationCell(correlation(i, j)) : ""));
      return { heading: headings[j]!, cells, align: "left" };
    }),
  ]);
}

function correlationCell(r: number | null): string {
  return (r === null ? "NA" : toDecimals(roundTo(r, 3), 3)).padStart(6);
}

/** Confidence intervals, a line each; the limits share their decimals. */
export function intervalText(
  intervals: readonly ConfidenceInterval[],
  level: number,
  digits: number,
): string[] {
  const columns = [
    { heading: percent((1 - level) / 2), values: intervals.map(({ lower }) => lower) },
    { heading: percent((1 + level) / 2), values: intervals.map(({ upper }) => upper) },
  ];
  return textTable([
    { heading: "", cells: intervals.map(({ name }) => name), align: "left" },
    ...columns.map(
      ({ heading, values }): TextColumn => ({
        heading,
        cells: formatNumbers(values, digits),
        align: "right",
      }),
    ),
  ]);
}
