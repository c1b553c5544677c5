import { HendersonError } from "../../base/errors.ts";
import type { Note } from "../../base/notes.ts";
import type { Design } from "../../design/design.ts";
import type { FitResult } from "../../fit/result.ts";
import type { Table } from "../../table/table.ts";
import { aliasedRemainders, encodeCells, type OffsetRule } from "./encodeCells.ts";
import { type GridVariable, gridVariables, type VariableOptions } from "./gridVariables.ts";
import type { LinearFunction, LinearFunctions } from "./linearFunctions.ts";
import { findNesting, type Nesting, type NestingOption } from "./nesting.ts";

export interface GridOptions extends VariableOptions {
  /** factors nested in others: looked for (default), none, or stated as `{ drug: ["route"] }` */
  readonly nesting?: NestingOption;
  /** the offset of every row, in place of the mean of the offsets in the data */
  readonly offset?: number;
}

/**
 * The combinations of the variables of the fixed part at which the model is evaluated, and the linear function of
 * the coefficients that predicts each. Marginal means are averages of its rows.
 *
 * @cite Searle, Speed & Milliken (1980), The American Statistician 34, 216-221
 */
export interface ReferenceGrid {
  readonly design: Design;
  readonly variables: readonly GridVariable[];
  readonly nesting: Nesting;
  /** one row a combination; with nested factors only those that exist */
  readonly functions: LinearFunctions;
  readonly notes: readonly Note[];
}

/** Name of the dimension that distinguishes the traits of a model with several. */
const TRAIT = "trait";

/** Combinations, and numbers in all linear functions, that are still made. */
const LARGEST_GRID = { rows: 200_000, numbers: 2 ** 25 };

/**
 * The reference grid of a fit: all combinations of the levels of its factors, with covariates at their means.
 *
 * @param table the table that the model was fitted to
 * @throws HendersonError `means/needs-formula`, `means/other-table`, `means/grid-too-large`, `means/unknown-variable`,
 * `means/unknown-level`, `means/covariate-value`, `means/nesting`
 */
export function referenceGrid(fit: FitResult, table: Table, options: GridOptions = {}): ReferenceGrid {
  const design = designOf(fit);
  const rows = rowsOfFit(design, table);
  const variables = gridVariables(design, table, rows, options);
  const nesting = findNesting(design, variables, rows, options.nesting ?? "auto");
  const notes = nestingNotes(nesting);
  const traits = design.model.traits?.names ?? [""];
  requireSize(variables, traits.length, design.coefficients.length);
  const counts = countCells(design, variables, rows);
  const cells = cellsOf(variables).filter(existence(variables, nesting, rows));
  const offset: OffsetRule =
    options.offset !== undefined
      ? { kind: "constant", value: requireOffset(options.offset) }
      : options.at !== undefined && Object.keys(options.at).length > 0
        ? { kind: "grid", at: new Set(Object.keys(options.at)) }
        : { kind: "mean" };
  const encoded = encodeCells(design, table, variables, cells, offset);
  const remainders = aliasedRemainders(design);
  const p = design.model.fixed.names.length;
  const functions: LinearFunction[] = [];
  for (let t = 0; t < traits.length; t++) {
    for (const [c, cell] of cells.entries()) {
      const row = c + t * cells.length;
      const levels = traits.length === 1 ? cell : [...cell, t];
      functions.push({
        levels,
        weights: remainders(encoded.columns, row),
        constant: encoded.offset[row]!,
        count: counts(cell, t),
      });
    }
  }
  const dimensions = variables.map(({ name, labels }) => ({ name, labels }));
  if (traits.length > 1) {
    const name = dimensions.some((dimension) => dimension.name === TRAIT) ? `${TRAIT}.` : TRAIT;
    dimensions.push({ name, labels: traits });
  }
  return {
    design,
    variables,
    nesting,
    functions: { dimensions, rows: functions, coefficients: p },
    notes: [...notes, ...encoded.notes],
  };
}

function designOf(fit: FitResult): Design {
  if (fit.design !== null) return fit.design;
  throw new HendersonError(
    "means/needs-formula",
    "this fit was made from a model without a formula, so it has no factors and no reference grid",
    { hint: "fit a formula and a table, or test contrasts of the coefficients with waldTest" },
  );
}

/** Rows of the table that are in the fit, each once. */
function rowsOfFit({ keptRows, model }: Design, table: Table): Int32Array {
  if (keptRows.length === 0) {
    throw new HendersonError(
      "fit/needs-data",
      "a reference grid needs the data, and this fit was loaded without them",
      { hint: "load the fit with its table: loadFit(text, { table })" },
    );
  }
  const last = keptRows.reduce((most, row) => Math.max(most, row), 0);
  if (last >= table.rowCount) {
    throw new HendersonError(
      "means/other-table",
      `the fit uses row ${last + 1}, and the table has ${table.rowCount} rows`,
      { hint: "give the table that the model was fitted to" },
    );
  }
  return model.traits === undefined ? keptRows : Int32Array.from(new Set(keptRows)).sort();
}

function requireSize(variables: readonly GridVariable[], traits: number, columns: number): void {
  const rows = variables.reduce((product, { labels }) => product * labels.length, traits);
  if (rows <= LARGEST_GRID.rows && rows * columns <= LARGEST_GRID.numbers) return;
  const largest = [...variables].sort((a, b) => b.labels.length - a.labels.length).slice(0, 3);
  throw new HendersonError(
    "means/grid-too-large",
    `the reference grid would have ${rows} combinations (${largest.map(({ name, labels }) => `${name} has ${labels.length} values`).join(", ")})`,
    {
      hint: `hold some variables at chosen values: at ${largest[0]!.name} = ${largest[0]!.labels[0]}; or model factors with many levels as random`,
    },
  );
}

function requireOffset(value: number): number {
  if (Number.isFinite(value)) return value;
  throw new HendersonError("means/covariate-value", "the offset is not a finite number", {
    hint: "give one number for all rows of the grid",
  });
}

/** All combinations of values, the first variable fastest. */
function cellsOf(variables: readonly GridVariable[]): number[][] {
  let cells: number[][] = [[]];
  for (const { labels } of variables) {
    cells = labels.flatMap((_, level) => cells.map((cell) => [...cell, level]));
  }
  return cells;
}

/** Rows of the data in every combination of the variables that count as factors, by cell and trait. */
function countCells(
  { keptRows, model }: Design,
  variables: readonly GridVariable[],
  rows: Int32Array,
): (cell: readonly number[], trait: number) => number {
  const counted = variables.flatMap((variable, k) => (variable.codes === null ? [] : [k]));
  const strides: number[] = [];
  let size = 1;
  for (const k of counted) {
    strides.push(size);
    size *= variables[k]!.labels.length;
  }
  const { traits } = model;
  const records = traits === undefined ? rows : keptRows;
  const counts = new Float64Array(size * (traits?.names.length ?? 1));
  for (let i = 0; i < records.length; i++) {
    const row = records[i]!;
    let at = 0;
    for (const [c, k] of counted.entries()) {
      const code = variables[k]!.codes![row]!;
      at = code < 0 || at < 0 ? -1 : at + code * strides[c]!;
    }
    if (at >= 0) counts[at + size * (traits?.trait[i] ?? 0)]!++;
  }
  return (cell, trait) => {
    let at = size * trait;
    for (const [c, k] of counted.entries()) at += cell[k]! * strides[c]!;
    return counts[at]!;
  };
}

/** Whether a cell exists: nested factors have their levels only inside of those that they occur with in the data. */
function existence(
  variables: readonly GridVariable[],
  nesting: Nesting,
  rows: Int32Array,
): (cell: readonly number[]) => boolean {
  const rules = [...nesting].map(([name, parents]) => {
    const positions = [name, ...parents].map((factor) => variables.findIndex((v) => v.name === factor));
    const seen = new Set<string>();
    for (const row of rows) seen.add(positions.map((k) => variables[k]!.codes![row]!).join(","));
    return { positions, seen };
  });
  return (cell) => rules.every(({ positions, seen }) => seen.has(positions.map((k) => cell[k]!).join(",")));
}

function nestingNotes(nesting: Nesting): Note[] {
  if (nesting.size === 0) return [];
  const listed = [...nesting].map(
    ([name, parents]) => `${name} in ${parents.length === 1 ? parents[0] : `(${parents.join(" x ")})`}`,
  );
  return [
    {
      code: "means/nested",
      severity: "info",
      message: `Nested factors were found: ${listed.join(", ")}. Averages over a nested factor are taken inside each level of its group.`,
      hint: "state another structure with the option nesting, or none",
    },
  ];
}
