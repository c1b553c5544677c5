import type { CrossValidation, CrossValidationComparison } from "../checks/crossValidation.ts";
import type { Influence } from "../checks/influenceResult.ts";
import type { Column, Table } from "../table/table.ts";
import { formatNumber, formatNumbers, formatPValues } from "./numberFormat.ts";
import { type TextColumn, textTable } from "./textTable.ts";

const DIGITS = 4;

/** The units with the largest Cook's distances; without fixed effects those farthest from what the others predict. */
export function influenceText(result: Influence, most: number): string[] {
  const { left, labels, sizes, coefficients, components } = result;
  const p = coefficients.length;
  const c = components?.names.length ?? 0;
  const order = Array.from(labels, (_, u) => u)
    .sort(
      p > 0
        ? (a, b) => rank(result.cooksDistance[b]!) - rank(result.cooksDistance[a]!) || a - b
        : (a, b) =>
            last(result.chiSquaredP[a]!) - last(result.chiSquaredP[b]!) ||
            rank(result.chiSquared[b]!) - rank(result.chiSquared[a]!) ||
            a - b,
    )
    .slice(0, most);
  const numbers = (heading: string, values: (u: number) => number): TextColumn => ({
    heading,
    align: "right",
    cells: formatNumbers(
      order.map((u) => finite(values(u))),
      DIGITS,
    ).map((cell, i) => (finite(values(order[i]!)) === null ? "NA" : cell)),
  });
  const columns: TextColumn[] = [
    { heading: left, align: "left", cells: order.map((u) => labels[u]!) },
    ...(left === "row" ? [] : [numbers("rows", (u) => sizes[u]!)]),
    ...(p > 0
      ? [
          numbers("Cook's D", (u) => result.cooksDistance[u]!),
          numbers("MDFFITS", (u) => result.mdffits[u]!),
          numbers("COVRATIO", (u) => result.covarianceRatio[u]!),
        ]
      : [
          numbers("Chisq", (u) => result.chiSquared[u]!),
          {
            heading: "Pr(>Chisq)",
            align: "right" as const,
            cells: formatPValues(
              order.map((u) => finite(result.chiSquaredP[u]!)),
              DIGITS,
            ),
          },
        ]),
    ...coefficients.map((name, j) => numbers(name, (u) => result.dfbetas[u * p + j]!)),
    ...(components?.names ?? []).map((name, k) => numbers(name, (u) => components!.values[u * c + k]!)),
  ];
  const shown = order.length < labels.length ? `, the ${order.length} largest of ${labels.length}` : "";
  return [
    left === "row" ? `Influence of rows${shown}` : `Influence of the levels of ${left}${shown}`,
    headline(p, components !== undefined),
    "",
    ...textTable(columns),
  ];
}

function headline(p: number, updated: boolean): string {
  const components = updated ? "; variance components without the unit" : "";
  if (p > 0) {
    return `${updated ? "Fixed" : "Variances held; fixed"} effects: change in standard errors (DFBETAS)${components}`;
  }
  return `${updated ? "No" : "Variances held; no"} fixed effects: distance from what the others predict${components}`;
}

/** Every unit as a table to be written as CSV. */
export function influenceTable(result: Influence): Table {
  const { left, labels, sizes, coefficients, components } = result;
  const p = coefficients.length;
  const c = components?.names.length ?? 0;
  const m = labels.length;
  const columns = new Map<string, Column>();
  columns.set(left, {
    kind: "text",
    name: left,
    codes: Int32Array.from({ length: m }, (_, u) => u),
    levels: labels,
  });
  const add = (name: string, value: (u: number) => number): void => {
    columns.set(name, {
      kind: "numeric",
      name,
      values: Float64Array.from({ length: m }, (_, u) => value(u)),
    });
  };
  add(".rows", (u) => sizes[u]!);
  add(".cooksd", (u) => result.cooksDistance[u]!);
  add(".mdffits", (u) => result.mdffits[u]!);
  add(".covratio", (u) => result.covarianceRatio[u]!);
  add(".covtrace", (u) => result.covarianceTrace[u]!);
  add(".chisq", (u) => result.chiSquared[u]!);
  coefficients.forEach((name, j) => {
    add(`.change.${name}`, (u) => result.changes[u * p + j]!);
    add(`.dfbetas.${name}`, (u) => result.dfbetas[u * p + j]!);
  });
  components?.names.forEach((name, k) => {
    add(`.component.${name}`, (u) => components.values[u * c + k]!);
  });
  add(".chisqp", (u) => result.chiSquaredP[u]!);
  return { rowCount: m, columns };
}

/** What cross-validation says about one fit. */
export function crossValidationText(result: CrossValidation): string[] {
  const { left, predicted, undetermined, rmse, meanAbsoluteError, press, elpd, elpdSe } = result;
  const line = (name: string, value: string): string => `  ${name.padEnd(30)} ${value}`;
  return [
    left === "row"
      ? "Leave-one-out cross-validation"
      : `Cross-validation, one level of ${left} left out at a time`,
    "Exact predictions from all other rows; variances held at their estimates",
    "",
    line(
      "rows predicted",
      `${predicted}${undetermined > 0 ? ` (${undetermined} are not determined by the others)` : ""}`,
    ),
    line("root mean square error", formatNumber(finite(rmse), DIGITS)),
    line("mean absolute error", formatNumber(finite(meanAbsoluteError), DIGITS)),
    line("PRESS", formatNumber(finite(press), DIGITS + 1)),
    line(
      "log predictive density",
      `${formatNumber(finite(elpd), DIGITS + 1)} (SE ${formatNumber(finite(elpdSe), DIGITS)})`,
    ),
  ];
}

/** Fits beside each other, best first. */
export function comparisonText({ left, compared, rows }: CrossValidationComparison): string[] {
  const numbers = (heading: string, values: readonly number[], digits: number): TextColumn => ({
    heading,
    align: "right",
    cells: formatNumbers(values.map(finite), digits),
  });
  return [
    left === "row"
      ? "Leave-one-out cross-validation"
      : `Cross-validation, one level of ${left} left out at a time`,
    `${compared} ${left === "row" ? "rows" : "levels"} that all models predict; best first`,
    "",
    ...textTable([
      { heading: "", align: "left", cells: rows.map(({ name }) => name) },
      numbers(
        "elpd",
        rows.map(({ elpd }) => elpd),
        DIGITS + 2,
      ),
      numbers(
        "difference",
        rows.map(({ difference }) => difference),
        DIGITS,
      ),
      numbers(
        "SE",
        rows.map(({ differenceSe }) => differenceSe),
        DIGITS,
      ),
      numbers(
        "RMSE",
        rows.map(({ rmse }) => rmse),
        DIGITS,
      ),
    ]),
  ];
}

const finite = (x: number): number | null => (Number.isFinite(x) ? x : null);
const last = (p: number): number => (Number.isNaN(p) ? 2 : p);
const rank = (x: number): number => (Number.isNaN(x) ? -1 : x);
