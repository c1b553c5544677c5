import { HendersonError } from "../../base/errors.ts";
import { nearest } from "../../base/nearest.ts";
import type { Design } from "../../design/design.ts";
import type { Recipe } from "../../design/recipe.ts";
import type { Column, Table } from "../../table/table.ts";
import { type GridValue, hasAtMost, inOrderOfFit, labelOfText, levelsInRows, pick } from "./levelsInRows.ts";
import { gridLabel } from "./linearFunctions.ts";
import { offsetColumns, predictorRoles, unknownVariable, variableAliases } from "./predictorRoles.ts";

/** A column of the data in the fixed part, and the values at which the model is evaluated. */
export interface GridVariable {
  readonly name: string;
  readonly kind: "factor" | "covariate";
  readonly values: readonly GridValue[];
  readonly labels: readonly string[];
  /** per row of the table the index of its value, -1 where it has none of them; null for a covariate that was reduced */
  readonly codes: Int32Array | null;
  /** the same for all values in the fit, where `at` chose some */
  readonly all: { readonly codes: Int32Array; readonly count: number } | null;
}

/** How covariates are reduced to reference values. */
export type CovariateReduction = "mean" | "median" | "range" | "mean-interval";

export interface VariableOptions {
  /** values by name, in place of the levels or the reference value */
  readonly at?: Readonly<Record<string, readonly GridValue[]>>;
  /**
   * Reference values of covariates: their mean (default), median, smallest and largest value, or one below and
   * above the mean.
   */
  readonly covariates?: CovariateReduction;
  /** covariates that stay with all their values, as factors; those with two values do so anyway */
  readonly keep?: readonly string[];
  /** covariates that are reduced even with two values */
  readonly reduce?: readonly string[];
}

/** Columns with more distinct values than this are no grid. */
const MOST_KEPT_VALUES = 1000;

/**
 * The variables of the reference grid: factors with the levels that are in the fit, covariates at their reduced
 * values, both unless `at` says otherwise.
 *
 * @param rows rows of the table that are in the fit
 * @throws HendersonError `means/unknown-variable`, `means/unknown-level`, `means/covariate-value`,
 * `design/unknown-column` when a column of the model is not in the table
 */
export function gridVariables(
  design: Design,
  table: Table,
  rows: Int32Array,
  options: VariableOptions,
): GridVariable[] {
  const roles = predictorRoles(design, table);
  const aliases = variableAliases(design.recipe);
  const at = new Map<string, readonly GridValue[]>();
  const further = offsetColumns(design.recipe);
  for (const [name, values] of Object.entries(options.at ?? {})) {
    const column = aliases.get(name) ?? name;
    if (!roles.has(column) && !further.has(column)) throw unknownVariable(name, [...roles.keys()]);
    at.set(column, values);
  }
  for (const name of [...(options.keep ?? []), ...(options.reduce ?? [])]) {
    if (roles.get(name)?.factor !== false) throw notACovariate(name, roles);
  }
  const names = [...roles.keys(), ...[...further].filter((name) => !roles.has(name) && at.has(name))];
  return names.map((name) => {
    const column = table.columns.get(name);
    if (column === undefined) {
      throw new HendersonError(
        "means/other-table",
        `the table has no column '${name}', which the model was fitted with`,
        { hint: "give the table that the model was fitted to" },
      );
    }
    const given = at.get(name);
    if (roles.get(name)?.factor === true) return factorVariable(name, column, design.recipe, rows, given);
    return covariate(name, column, rows, given, options);
  });
}

function factorVariable(
  name: string,
  column: Column,
  recipe: Recipe,
  rows: Int32Array,
  given: readonly GridValue[] | undefined,
): GridVariable {
  const found = inOrderOfFit(name, levelsInRows(column, rows), recipe);
  const all = { codes: found.codes, count: found.labels.length };
  if (given === undefined) return { name, kind: "factor", ...found, all };
  if (given.length === 0) throw noValues(name);
  const chosen = given.map((value) => {
    const label = typeof value === "number" ? gridLabel(value) : labelOfText(value);
    const level = found.labels.indexOf(label);
    if (level < 0) throw unknownLevel(name, label, found.labels);
    return level;
  });
  requireDistinct(name, chosen, (level) => found.labels[level]!);
  const position = new Int32Array(found.labels.length).fill(-1);
  for (const [k, level] of chosen.entries()) position[level] = k;
  return {
    name,
    kind: "factor",
    values: chosen.map((level) => found.values[level]!),
    labels: chosen.map((level) => found.labels[level]!),
    codes: found.codes.map((code) => (code < 0 ? -1 : position[code]!)),
    all,
  };
}

function covariate(
  name: string,
  column: Column,
  rows: Int32Array,
  given: readonly GridValue[] | undefined,
  options: VariableOptions,
): GridVariable {
  if (column.kind !== "numeric") {
    throw new HendersonError("means/covariate-value", `the column '${name}' holds no numbers`, {
      hint: "give the table that the model was fitted to",
    });
  }
  if (given !== undefined) {
    if (given.length === 0) throw noValues(name);
    const values = given.map((value) => numberOf(name, value));
    requireDistinct(name, values, gridLabel);
    return { name, kind: "covariate", values, labels: values.map(gridLabel), codes: null, all: null };
  }
  const kept = options.keep?.includes(name) === true;
  const reduced = options.reduce?.includes(name) === true;
  const most = kept ? MOST_KEPT_VALUES : 2;
  if (!reduced && hasAtMost(column.values, rows, most)) {
    const { values, labels, codes } = levelsInRows(column, rows);
    const counts = values.length > 1;
    return {
      name,
      kind: "covariate",
      values,
      labels,
      codes: counts ? codes : null,
      all: counts ? { codes, count: values.length } : null,
    };
  }
  if (kept) {
    throw new HendersonError(
      "means/grid-too-large",
      `'${name}' has more than ${MOST_KEPT_VALUES} different values, so they cannot all stay in the grid`,
      { hint: `choose some: at ${name} = ...` },
    );
  }
  const values = reduction(pick(column.values, rows), options.covariates ?? "mean");
  return { name, kind: "covariate", values, labels: values.map(gridLabel), codes: null, all: null };
}

function reduction(values: Float64Array, how: CovariateReduction): number[] {
  const finite = values.filter((value) => !Number.isNaN(value));
  switch (how) {
    case "mean":
      return [meanOf(finite)];
    case "mean-interval": {
      const center = meanOf(finite);
      return [center - 1, center + 1];
    }
    case "median": {
      const sorted = finite.slice().sort();
      const middle = sorted.length >> 1;
      return [sorted.length % 2 === 1 ? sorted[middle]! : 0.5 * (sorted[middle - 1]! + sorted[middle]!)];
    }
    case "range":
      return [
        finite.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY),
        finite.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY),
      ];
  }
}

/** The mean by deviations from the first value, which keeps the digits of numbers far from zero. */
function meanOf(values: Float64Array): number {
  const first = values[0]!;
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]! - first;
  return first + sum / values.length;
}

function numberOf(name: string, value: GridValue): number {
  const number = typeof value === "number" ? value : typeof value === "string" ? Number(value) : Number.NaN;
  if (Number.isFinite(number) && value !== "") return number;
  throw new HendersonError(
    "means/covariate-value",
    `'${name}' is a covariate, and ${typeof value === "number" ? "one of its values" : `'${String(value)}'`} is not a finite number`,
    { hint: `give numbers: ${name} = 1, 2` },
  );
}

function requireDistinct<T>(name: string, values: readonly T[], label: (value: T) => string): void {
  const seen = new Set<T>();
  const twice = values.find((value) => seen.has(value) || !seen.add(value));
  if (twice === undefined) return;
  throw new HendersonError("means/unknown-level", `'${label(twice)}' of ${name} is asked for twice`, {
    hint: "give each value once",
  });
}

function noValues(name: string): HendersonError {
  return new HendersonError("means/covariate-value", `no value is given for '${name}'`, {
    hint: `name one or more: ${name} = ...`,
  });
}

function unknownLevel(name: string, label: string, levels: readonly string[]): HendersonError {
  const closest = nearest(label, levels);
  const listed = levels.slice(0, 12).join(", ") + (levels.length > 12 ? ", ..." : "");
  return new HendersonError("means/unknown-level", `${name} has no level '${label}' in the fit`, {
    hint:
      closest === null ? `the levels are ${listed}` : `did you mean '${closest}'? The levels are ${listed}`,
  });
}

function notACovariate(
  name: string,
  roles: ReadonlyMap<string, { readonly factor: boolean }>,
): HendersonError {
  if (!roles.has(name)) return unknownVariable(name, [...roles.keys()]);
  return new HendersonError("means/covariate-value", `'${name}' is a factor and is never reduced`, {
    hint: "name a numeric variable",
  });
}
