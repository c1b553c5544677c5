import { formatNumbers, toDecimals } from "./numberFormat.ts";
import { type TextColumn, textTable, widest } from "./textTable.ts";
import type { VarianceComponent } from "./varianceComponents.ts";

/** The table of variances, standard deviations and correlations, in lme4's layout; the residual comes last. */
export function varianceText(components: readonly VarianceComponent[], digits: number): string[] {
  const variances = components.flatMap(({ cov }) => cov.map((row, i) => row[i]!));
  const names = components.flatMap(({ component, terms }) => terms.map((_, i) => (i === 0 ? component : "")));
  const correlations = correlationColumns(components, Math.max(2, digits - 2));
  return textTable([
    { heading: " Groups", cells: names.map((name) => ` ${name}`), align: "left" },
    { heading: "Name", cells: components.flatMap(({ terms }) => terms), align: "left" },
    { heading: "Variance", cells: padded(formatNumbers(variances, digits)), align: "left" },
    { heading: "Std.Dev.", cells: padded(formatNumbers(variances.map(Math.sqrt), digits)), align: "left" },
    ...correlations,
  ]);
}

function correlationColumns(components: readonly VarianceComponent[], decimals: number): TextColumn[] {
  const widest = components.reduce((m, { terms }) => Math.max(m, terms.length), 0);
  return Array.from({ length: Math.max(widest - 1, 0) }, (_, j): TextColumn => {
    const cells = components.flatMap((component) => {
      const rows = correlationCells(component, decimals);
      return rows.map((row) => row[j] ?? "");
    });
    return { heading: j === 0 ? "Corr" : "", cells, align: "left" };
  });
}

/** Lower triangle of one block, entries of one width. */
function correlationCells({ corr }: VarianceComponent, decimals: number): string[][] {
  const rows = corr.map((row, i) =>
    row.slice(0, i).map((r) => (r === null ? "NA" : toDecimals(r, decimals))),
  );
  const width = Math.max(0, ...rows.flat().map((cell) => cell.length));
  return rows.map((row) => row.map((cell) => cell.padStart(width)));
}

function padded(cells: readonly string[]): string[] {
  const width = widest(cells);
  return cells.map((cell) => cell.padStart(width));
}
