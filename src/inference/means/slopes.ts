import { HendersonError, isHendersonError } from "../../base/errors.ts";
import type { FitResult } from "../../fit/result.ts";
import type { Expression } from "../../formula/expression.ts";
import { parseExpression } from "../../formula/parseExpression.ts";
import { columnsOf } from "../../formula/variable.ts";
import type { Table } from "../../table/table.ts";
import { requireFixedEffects } from "../requireFixedEffects.ts";
import { derivative } from "./derivative.ts";
import { aliasedRemainders, encodeCells } from "./encodeCells.ts";
import type { LinearFunction, LinearFunctions } from "./linearFunctions.ts";
import { describeGrid, type MeansResult } from "./means.ts";
import type { MeansOptions } from "./meansOptions.ts";
import type { MeansSpecs } from "./parseSpecs.ts";
import { predictorRoles, unknownVariable } from "./predictorRoles.ts";
import { type ReferenceGrid, referenceGrid } from "./referenceGrid.ts";

/**
 * Slopes of the linear predictor with respect to a covariate, averaged and compared as means are.
 *
 * The derivative of every column of the model is taken at the covariate's value in the grid, through `poly()`, `ns()`,
 * `log()` and products. For a function of a covariate, `log(dose)`, the slope is per unit of that function.
 *
 * @param table    the table that the model was fitted to
 * @param variable a covariate, or a function of one
 * @throws HendersonError `means/slope`, and as `means`
 */
export function slopes(
  fit: FitResult,
  table: Table,
  variable: string,
  specs: string | MeansSpecs,
  options: MeansOptions = {},
): MeansResult {
  requireFixedEffects(fit, "slopes");
  const expression = parseExpression(variable, { columns: [...table.columns.keys()] });
  const [name, ...others] = columnsOf(expression);
  if (name === undefined || others.length > 0) {
    throw new HendersonError(
      "means/slope",
      `a slope is taken with respect to one covariate, and '${variable}' has ${name === undefined ? "none" : others.length + 1}`,
      { hint: "name a covariate, or a function of one: log(dose)" },
    );
  }
  requireSimple(expression, variable);
  const { design } = fit;
  const role = design === null ? undefined : predictorRoles(design, table).get(name);
  if (design !== null && role === undefined) {
    throw unknownVariable(name, [...predictorRoles(design, table).keys()]);
  }
  if (role?.factor === true) {
    throw new HendersonError("means/slope", `'${name}' is a factor in this model, so it has no slope`, {
      hint: `compare its means: 'pairwise ~ ${name}', or contrasts of the family poly`,
    });
  }
  const given = options.at !== undefined && Object.hasOwn(options.at, name);
  const grid = referenceGrid(
    fit,
    table,
    given ? options : { ...options, reduce: [...(options.reduce ?? []), name] },
  );
  const functions = slopeFunctions(grid, table, name, expression);
  return describeGrid(
    { fit, grid, functions, kind: "slopes", scale: null, name: `${variable}.trend` },
    specs,
    options,
  );
}

/** First step of the differences, as a share of the covariate's range in the data. */
const FIRST_STEP = 1 / 64;

/** The rows of a grid differentiated. */
function slopeFunctions(
  grid: ReferenceGrid,
  table: Table,
  name: string,
  expression: Expression,
): LinearFunctions {
  const { design, variables, functions } = grid;
  const position = variables.findIndex((variable) => variable.name === name);
  const remainders = aliasedRemainders(design);
  const cells = functions.rows.map(({ levels }) => levels);
  const range = rangeOf(table, design.keptRows, name);
  const rows: LinearFunction[] = [];
  for (const [level, value] of variables[position]!.values.entries()) {
    const at = value as number;
    const own = cells.flatMap((cell, i) => (cell[position] === level ? [i] : []));
    const traits = design.model.traits?.names.length ?? 1;
    const ownCells = own.slice(0, own.length / traits).map((i) => cells[i]!);
    const columns = (x: number): Float64Array => {
      const shift = { name, by: () => x };
      return encodeCells(design, table, variables, ownCells, { kind: "constant", value: 0 }, shift).columns
        .values;
    };
    const width = design.coefficients.length;
    const differentiated = within(name, at, () => derivative(columns, at, range * FIRST_STEP));
    const inner =
      expression.kind === "column"
        ? 1
        : within(name, at, () => derivative((x) => [functionAt(expression, x)], at, range * FIRST_STEP)[0]!);
    if (!(Math.abs(inner) > 0 && Number.isFinite(inner))) throw noSlope(name, at);
    const matrix = { rows: own.length, columns: width, values: differentiated };
    for (const [r, i] of own.entries()) {
      const weights = remainders(matrix, r).map((weight) => weight / inner);
      rows[i] = { ...functions.rows[i]!, weights, constant: 0 };
    }
  }
  return { ...functions, rows };
}

/** Where a function of the model is not defined on both sides, as sqrt(x) at zero, there is no slope. */
function within<T>(name: string, at: number, differentiate: () => T): T {
  try {
    return differentiate();
  } catch (error) {
    if (isHendersonError(error, "design/not-finite")) throw noSlope(name, at);
    throw error;
  }
}

function noSlope(name: string, at: number): HendersonError {
  return new HendersonError(
    "means/slope",
    `the model has no slope in '${name}' at ${Number(at.toPrecision(6))}: it is not defined nearby, or flat there`,
    { hint: `choose another point: at ${name} = ...` },
  );
}

function rangeOf(table: Table, rows: Int32Array, name: string): number {
  const column = table.columns.get(name);
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  if (column?.kind === "numeric") {
    for (const row of rows) {
      const value = column.values[row]!;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  return high > low ? high - low : Math.max(1, Math.abs(low));
}

const { log, log2, log10, log1p, exp, expm1, sqrt, abs, sin, cos, tan } = Math;
const simple: Readonly<Record<string, (x: number) => number>> = {
  ...{ log, log2, log10, log1p, exp, expm1, sqrt, abs, sin, cos, tan },
  I: (x) => x,
};
const arithmetic: Readonly<Record<string, (a: number, b: number) => number>> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
  "^": (a, b) => a ** b,
};

/** Functions that are the same whatever the data. */
function requireSimple(expression: Expression, text: string): void {
  switch (expression.kind) {
    case "unary":
      requireSimple(expression.operand, text);
      break;
    case "binary":
      requireSimple(expression.left, text);
      requireSimple(expression.right, text);
      break;
    case "call":
      if (!Object.hasOwn(simple, expression.name)) {
        throw new HendersonError("means/slope", `a slope per unit of '${text}' is not defined`, {
          hint: "name the covariate itself, or a function such as log(x)",
        });
      }
      for (const { value } of expression.arguments) requireSimple(value, text);
      break;
  }
}

/** The value of a simple function of one covariate. */
function functionAt(expression: Expression, x: number): number {
  switch (expression.kind) {
    case "number":
      return expression.value;
    case "column":
      return x;
    case "unary":
      return expression.operator === "-"
        ? -functionAt(expression.operand, x)
        : functionAt(expression.operand, x);
    case "binary": {
      const a = functionAt(expression.left, x);
      const b = functionAt(expression.right, x);
      return arithmetic[expression.operator]?.(a, b) ?? Number.NaN;
    }
    case "call": {
      const [first, second] = expression.arguments;
      const value = functionAt(first!.value, x);
      const base = second === undefined ? 1 : Math.log(functionAt(second.value, x));
      return simple[expression.name]!(value) / base;
    }
    default:
      return Number.NaN;
  }
}
