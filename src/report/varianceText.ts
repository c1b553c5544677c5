import { formatNumbers, toDecimals } from "./numberFormat.ts";
import { type TextColumn, textTable } from "./textTable.ts";

/** The covariance of one random term. */
export interface VarianceBlock {
  /** component name */
  readonly name: string;
  readonly coefficients: readonly string[];
  /** variances, length k */
  readonly variances: readonly number[];
  /** correlation of coefficients i > j; null where a variance is zero */
  correlation(i: number, j: number): number | null;
}

/** The table of variances, standard deviations and correlations, in lme4's layout. */
export function varianceText(
  blocks: readonly VarianceBlock[],
  residualVariance: number,
  digits: number,
): string[] {
  const variances = [...blocks.flatMap((block) => block.variances), residualVariance];
  const names = [
    ...blocks.flatMap((block) => block.coefficients.map((_, i) => (i === 0 ? block.name : ""))),
    "Residual",
  ];
  const correlations = correlationColumns(blocks, Math.max(2, digits - 2));
  return textTable([
    { heading: " Groups", cells: names.map((name) => ` ${name}`), align: "left" },
    { heading: "Name", cells: [...blocks.flatMap((block) => block.coefficients), ""], align: "left" },
    { heading: "Variance", cells: padded(formatNumbers(variances, digits)), align: "left" },
    { heading: "Std.Dev.", cells: padded(formatNumbers(variances.map(Math.sqrt), digits)), align: "left" },
    ...correlations,
  ]);
}

function correlationColumns(blocks: readonly VarianceBlock[], decimals: number): TextColumn[] {
  const widest = blocks.reduce((m, block) => Math.max(m, block.coefficients.length), 0);
  return Array.from({ length: Math.max(widest - 1, 0) }, (_, j): TextColumn => {
    const cells = blocks.flatMap((block) => {
      const rows = correlationCells(block, decimals);
      return rows.map((row) => row[j] ?? "");
    });
    return { heading: j === 0 ? "Corr" : "", cells, align: "left" };
  });
}

/** Lower triangle of one block, entries of one width. */
function correlationCells(block: VarianceBlock, decimals: number): string[][] {
  const rows = block.coefficients.map((_, i) =>
    Array.from({ length: i }, (_, j) => {
      const r = block.correlation(i, j);
      return r === null ? "NA" : toDecimals(r, decimals);
    }),
  );
  const width = Math.max(0, ...rows.flat().map((cell) => cell.length));
  return rows.map((row) => row.map((cell) => cell.padStart(width)));
}

function padded(cells: readonly string[]): string[] {
  const width = Math.max(...cells.map((cell) => cell.length));
  return cells.map((cell) => cell.padStart(width));
}
