import {
  chooseStyle,
  formatNumbers,
  formatPValues,
  type NumberStyle,
  roundTo,
  writeNumber,
  zapSmall,
} from "./numberFormat.ts";
import { widest } from "./textTable.ts";

/** A column of numbers in a table of coefficients or tests; null where there is no value. */
export interface NumberColumn {
  readonly heading: string;
  readonly values: readonly (number | null)[];
  /**
   * How R's coefficient tables treat the column: estimates, standard errors and
   * degrees of freedom share their decimals (confidence limits follow them), statistics
   * are rounded, `zapped` columns lose digits that are small beside their largest entry, `plain` ones do not.
   */
  readonly role: "estimate" | "limit" | "statistic" | "zapped" | "plain" | "p";
}

/**
 * The cells of a table of coefficients or tests as R's printCoefmat() lays them out.
 *
 * @param digits  significant digits of the estimates; statistics show one less
 * @param missing text of a missing value: "NA" for coefficients, "" for analysis-of-variance tables
 */
export function coefficientCells(
  columns: readonly NumberColumn[],
  digits: number,
  missing: string,
): string[][] {
  const statisticDecimals = Math.max(1, Math.min(5, digits - 1));
  const estimates = estimateCells(columns, digits);
  return columns.map((column) => {
    const { values } = column;
    const cells = ((): readonly string[] => {
      switch (column.role) {
        case "estimate":
          return estimates.get(column)!;
        case "limit":
          return values.map((x) => writeNumber(x, estimateStyle(columns, digits)));
        case "statistic":
          return keepNonzero(values, formatNumbers(rounded(values, statisticDecimals), digits), digits);
        case "zapped":
          return formatNumbers(zapSmall(values, digits), digits);
        case "plain":
          return formatNumbers(values, digits);
        case "p":
          return formatPValues(values, statisticDecimals);
      }
    })();
    return cells.map((cell, i) => (values[i] === null ? missing : cell));
  });
}

/** Estimates, standard errors and degrees of freedom in one format and of one width. */
function estimateCells(columns: readonly NumberColumn[], digits: number): Map<NumberColumn, string[]> {
  const style = estimateStyle(columns, digits);
  const decimals = estimateDecimals(columns, digits);
  const estimates = columns.filter((column) => column.role === "estimate");
  const values = estimates.flatMap((column) => column.values);
  const cells = rounded(values, decimals).map((x) => writeNumber(x, style));
  const width = widest(cells);
  const kept = keepNonzero(values, cells, digits).map((cell) => cell.padStart(width));
  const lineCount = estimates[0]?.values.length ?? 0;
  return new Map(estimates.map((column, j) => [column, kept.slice(j * lineCount, (j + 1) * lineCount)]));
}

function estimateStyle(columns: readonly NumberColumn[], digits: number): NumberStyle {
  const values = columns.filter((column) => column.role === "estimate").flatMap((column) => column.values);
  return chooseStyle(rounded(values, estimateDecimals(columns, digits)), digits);
}

function rounded(values: readonly (number | null)[], places: number): (number | null)[] {
  return values.map((x) => (x === null ? null : roundTo(x, places)));
}

/** Decimals that show the largest estimate or standard error with `digits` digits and the smallest with at least that many. */
function estimateDecimals(columns: readonly NumberColumn[], digits: number): number {
  const sizes = columns
    .filter((column) => column.role === "estimate")
    .flatMap((column) => column.values)
    .filter((x): x is number => x !== null && Number.isFinite(x) && x !== 0)
    .map((x) => 1 + Math.floor(Math.log10(Math.abs(x))));
  return Math.max(1, ...sizes.map((size) => digits - size));
}

/** An entry that rounding turned into zero although it is not is written on its own. */
function keepNonzero(values: readonly (number | null)[], cells: readonly string[], digits: number): string[] {
  return cells.map((cell, i) => {
    const x = values[i];
    if (x === null || x === undefined || x === 0 || Number(cell) !== 0) return cell;
    return formatNumbers([x], Math.max(1, digits - 1))[0]!;
  });
}
