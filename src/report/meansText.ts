import type { DenominatorName } from "../inference/denominator.ts";
import type { TableAdjustment } from "../inference/means/adjustment.ts";
import type { EstimateRow, EstimateTable } from "../inference/means/estimateTable.ts";
import type { JointTests } from "../inference/means/jointTests.ts";
import type { MeansResult } from "../inference/means/means.ts";
import { formatNumbers, toDecimals } from "./numberFormat.ts";
import { type TextColumn, textTable } from "./textTable.ts";

export interface MeansTextOptions {
  /** significant digits of the smallest standard error, default 3 */
  readonly digits?: number;
  /** which columns are shown; default intervals of means and slopes, tests of contrasts */
  readonly infer?: "intervals" | "tests" | "both";
}

/** Means (or slopes) and their contrasts, laid out as emmeans prints them. */
export function meansText(result: MeansResult, options: MeansTextOptions = {}): string[] {
  const { estimates, contrasts, letters } = result;
  const lines = tableText(estimates, options, letters?.groups ?? null);
  if (letters !== null) lines.push(...lettersFooter(letters));
  if (contrasts === null) return lines;
  return [`$${estimates.kind}`, ...lines, "", "$contrasts", ...tableText(contrasts, options, null)];
}

function tableText(
  table: EstimateTable,
  { digits = 3, infer }: MeansTextOptions,
  letters: readonly string[] | null,
): string[] {
  const shown = infer ?? (isTested(table) ? "tests" : "intervals");
  const intervals = shown !== "tests";
  const tests = shown !== "intervals";
  const by = new Set(table.by);
  const own = table.dimensions.filter(({ name }) => !by.has(name));
  const columns: TextColumn[] = own.map(({ name }) => ({
    heading: name,
    cells: table.rows.map(({ levels }) => shortNumber(levels[name]!)),
    align: "left",
  }));
  if (own.length === 0) {
    columns.push({ heading: "1", cells: table.rows.map(() => "overall"), align: "left" });
  }
  columns.push(...numberColumns(table, digits, intervals, tests));
  if (letters !== null) columns.push({ heading: ".group", cells: letters, align: "left" });
  return [...groupedLines(columns, table.rows, table.by), "", ...footer(table, intervals, tests)];
}

/** A table with a heading over the rows of each combination of the variables `by`. */
function groupedLines(
  columns: readonly TextColumn[],
  rows: readonly { readonly levels: EstimateRow["levels"] }[],
  by: readonly string[],
): string[] {
  const [heading, ...cells] = textTable(columns.map(indented));
  const lines: string[] = [];
  let before: string | null = null;
  for (const [i, { levels }] of rows.entries()) {
    const group = by.map((name) => `${name} = ${shortNumber(levels[name]!)}`).join(", ");
    if (group !== before) {
      if (before !== null) lines.push("");
      if (group !== "") lines.push(`${group}:`);
      lines.push(heading!);
    }
    before = group;
    lines.push(cells[i]!);
  }
  return lines;
}

/** Contrasts show their tests; so do means when a test was asked for. */
function isTested({ kind, side, delta, against }: EstimateTable): boolean {
  return kind === "contrasts" || side !== "two-sided" || delta > 0 || against !== 0;
}

function numberColumns(
  table: EstimateTable,
  digits: number,
  intervals: boolean,
  tests: boolean,
): TextColumn[] {
  const { rows, statistic } = table;
  const decimals = decimalsOf(rows, digits);
  const number = (x: number | null): string =>
    x === null ? "NA" : !Number.isFinite(x) ? (x > 0 ? "Inf" : "-Inf") : fixedOr(x, decimals, digits);
  const column = (heading: string, cells: readonly string[]): TextColumn => ({
    heading,
    cells,
    align: "right",
  });
  const out = [
    column(
      table.estimateName,
      rows.map(({ estimable, estimate }) => (estimable ? number(estimate) : "nonEst")),
    ),
    column(
      "SE",
      rows.map(({ se }) => number(se)),
    ),
    column("df", degreesOfFreedom(rows)),
  ];
  if (intervals) {
    out.push(
      column(
        "lower.CL",
        rows.map(({ lower }) => number(lower)),
      ),
      column(
        "upper.CL",
        rows.map(({ upper }) => number(upper)),
      ),
    );
  }
  if (tests) {
    if (rows.some((row) => row.null !== 0)) {
      out.push(
        column(
          "null",
          formatNumbers(
            rows.map((row) => row.null),
            4,
          ),
        ),
      );
    }
    out.push(
      column(
        `${statistic}.ratio`,
        rows.map((row) => (row.statistic === null ? "NA" : toDecimals(row.statistic, 3))),
      ),
      column(
        "p.value",
        rows.map(({ p }) => probabilityText(p)),
      ),
    );
  }
  return out;
}

/** Decimals that give the smallest standard error its digits; null where numbers are too unlike for a fixed form. */
function decimalsOf(rows: readonly EstimateRow[], digits: number): number | null {
  const sizes = rows.flatMap(({ se }) => (se !== null && se > 0 ? [se] : []));
  if (sizes.length === 0) return digits;
  const smallest = sizes.reduce((least, se) => Math.min(least, se));
  const decimals = Math.max(0, digits - 1 - Math.floor(Math.log10(smallest)));
  const largest = rows.reduce((most, { estimate }) => Math.max(most, Math.abs(estimate ?? 0)), 0);
  return decimals > 9 || largest >= 1e10 ? null : decimals;
}

function fixedOr(x: number, decimals: number | null, digits: number): string {
  return decimals === null ? formatNumbers([x], digits + 3)[0]! : toDecimals(x, decimals);
}

function degreesOfFreedom(rows: readonly EstimateRow[]): string[] {
  const known = rows.flatMap(({ df }) => (df === null ? [] : [df]));
  const whole = known.every((df) => Math.abs(df - Math.round(df)) < 1e-4 * Math.max(1, df));
  const smallest = known.reduce((least, df) => Math.min(least, df), Number.POSITIVE_INFINITY);
  const decimals = whole || known.length === 0 ? 0 : Math.max(0, 2 - Math.floor(Math.log10(smallest)));
  return rows.map(({ df, estimable }) =>
    df === null ? (estimable ? "Inf" : "NA") : toDecimals(df, decimals),
  );
}

function probabilityText(p: number | null): string {
  if (p === null) return "NA";
  return p < 0.0001 ? "<.0001" : toDecimals(p, 4);
}

/** A covariate's value in a few digits; other labels as they are. */
function shortNumber(label: string): string {
  const value = Number(label);
  if (label.trim() === "" || !Number.isFinite(value) || label.length <= 6) return label;
  return String(Number(value.toPrecision(4)));
}

function indented(column: TextColumn, index: number): TextColumn {
  if (index > 0) return column;
  return { ...column, heading: ` ${column.heading}`, cells: column.cells.map((cell) => ` ${cell}`) };
}

function footer(table: EstimateTable, intervals: boolean, tests: boolean): string[] {
  const lines: string[] = [];
  const { averagedOver, scale, side, delta } = table;
  if (averagedOver.length > 0)
    lines.push(`Results are averaged over the levels of: ${averagedOver.join(", ")}`);
  const method = DDF_WORDS[table.ddf];
  if (method !== null) lines.push(`Degrees-of-freedom method: ${method}`);
  if (intervals) {
    lines.push(`Confidence level used: ${table.level}`);
    if (table.intervals !== null)
      lines.push(`Conf-level adjustment: ${adjustmentWords(table.intervals, "estimates")}`);
    if (scale !== null) lines.push(`Intervals are back-transformed from the ${scale.transformation} scale`);
  }
  if (scale !== null && scale.biasSigma !== null) {
    lines.push(`Bias adjustment applied based on sigma = ${Number(scale.biasSigma.toPrecision(5))}`);
  }
  if (tests) {
    if (table.tests !== null) lines.push(`P value adjustment: ${adjustmentWords(table.tests, "tests")}`);
    if (scale !== null) lines.push(`Tests are performed on the ${scale.transformation} scale`);
    if (delta > 0) {
      const what =
        side === "two-sided" ? "equivalence" : side === "greater" ? "noninferiority" : "nonsuperiority";
      lines.push(`Statistics are tests of ${what} with a threshold of ${Number(delta.toPrecision(6))}`);
    }
    if (side !== "two-sided" || delta > 0) {
      lines.push(`P values are ${side === "greater" ? "right" : "left"}-tailed`);
    }
  }
  return lines;
}

const DDF_WORDS: Readonly<Record<DenominatorName, string | null>> = {
  satterthwaite: "satterthwaite",
  "kenward-roger": "kenward-roger",
  "between-within": "between-within",
  containment: "containment",
  residual: null,
  none: "none (normal reference)",
};

function adjustmentWords({ method, sizes, counts }: TableAdjustment, what: "tests" | "estimates"): string {
  const size = sizes.length === 1 ? String(sizes[0]) : "varying numbers of";
  switch (counts) {
    case "means":
      return `${method} method for comparing a family of ${size} estimates`;
    case "rank":
      return `${method} method with rank ${sizes.join(" or ")}`;
    case "estimates":
      return `${method} method for ${size} ${what}`;
  }
}

function lettersFooter({ alpha, adjust }: NonNullable<MeansResult["letters"]>): string[] {
  return [
    `Means without a common letter differ at level ${alpha}${adjust === null ? "" : ` (${adjustmentWords(adjust, "tests")})`}`,
    "A common letter does not show that means are the same",
  ];
}

/** Joint tests of terms, as emmeans prints them. */
export function jointTestsText({ rows, by, ddf }: JointTests): string[] {
  const columns: TextColumn[] = [
    { heading: "model term", cells: rows.map(({ term }) => term), align: "left" },
    { heading: "df1", cells: rows.map(({ numDF }) => String(numDF)), align: "right" },
    {
      heading: "df2",
      cells: rows.map(({ denDF }) =>
        denDF === null
          ? "Inf"
          : Math.abs(denDF - Math.round(denDF)) < 1e-4 * denDF
            ? String(Math.round(denDF))
            : toDecimals(denDF, 2),
      ),
      align: "right",
    },
    { heading: "F.ratio", cells: rows.map(({ F }) => toDecimals(F, 3)), align: "right" },
    { heading: "p.value", cells: rows.map(({ p }) => probabilityText(p)), align: "right" },
  ];
  const reduced = rows.some((row) => row.reduced);
  if (reduced) {
    columns.push({ heading: "note", cells: rows.map((row) => (row.reduced ? "e" : "")), align: "right" });
  }
  const lines = groupedLines(columns, rows, by);
  if (rows.length === 0) lines.push("No term has contrasts that can be tested.");
  lines.push("");
  const method = DDF_WORDS[ddf];
  if (method !== null) lines.push(`Degrees-of-freedom method: ${method}`);
  if (reduced) lines.push("e: df1 reduced due to non-estimability");
  return lines[lines.length - 1] === "" ? lines.slice(0, -1) : lines;
}
