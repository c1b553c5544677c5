import { existsSync } from "node:fs";
import type { HendersonError } from "../base/errors.ts";
import { nearest } from "../base/nearest.ts";
import { buildDesign } from "../design/buildDesign.ts";
import { prepareProblem } from "../fit/fit.ts";
import type { FitOptions } from "../fit/options.ts";
import { parseFormula } from "../formula/parseFormula.ts";
import { createMatrix, type Matrix } from "../linalg/matrix.ts";
import type { Model } from "../model/model.ts";
import type { Table } from "../table/table.ts";
import { usageError } from "./failure.ts";
import { assignments } from "./optionValues.ts";
import { readInput } from "./readInput.ts";
import type { Terminal } from "./terminal.ts";

/** A variance, or a covariance matrix by rows, by component name. */
type ComponentValues = ReadonlyMap<string, number | readonly (readonly number[])[]>;

/**
 * Starting theta out of `--start`: variance components on the natural scale by name, `Subject=600,residual=900`,
 * or a JSON file `{ "Subject": [[600, 10], [10, 35]], "residual": 900 }`. Components not named start where the
 * engine would start them.
 */
export async function startValues(
  text: string,
  formula: string,
  table: Table,
  options: FitOptions,
  terminal: Terminal,
): Promise<Float64Array> {
  const values = await readComponents(text, terminal);
  const { model } = buildDesign(
    parseFormula(formula, { columns: [...table.columns.keys()] }),
    table,
    options,
  );
  const components = model.random.map((term) => term.component);
  for (const name of values.keys()) {
    if (name !== "residual" && !components.includes(name)) throw unknownComponent(name, components);
  }
  const residual = values.get("residual");
  if (typeof residual !== "number" || !(residual > 0)) {
    throw usageError(
      "--start needs the residual variance, because the search is in variances relative to it",
      "add residual=VALUE, with a positive number",
    );
  }
  return startingTheta(model, values, residual, options);
}

function startingTheta(
  model: Model,
  values: ComponentValues,
  residual: number,
  options: FitOptions,
): Float64Array {
  const theta = prepareProblem(model, options.method === "ML" ? "ML" : "REML").start.slice();
  let offset = 0;
  for (const { component, covariance } of model.random) {
    const value = values.get(component);
    if (value !== undefined)
      covariance.start(relative(component, value, covariance.size, residual), theta, offset);
    offset += covariance.parameters.length;
  }
  return theta;
}

/** Sigma / sigma2 as a matrix; one number for several coefficients is the variance of each. */
function relative(
  name: string,
  value: number | readonly (readonly number[])[],
  size: number,
  residual: number,
): Matrix {
  const rows =
    typeof value === "number" ? Array.from({ length: size }, (_, i) => unitRow(size, i, value)) : value;
  const square = rows.length === size && rows.every((row) => row.length === size);
  if (!square || !rows.every((row, i) => Number.isFinite(row[i]) && row[i]! >= 0)) {
    throw usageError(
      `the starting value of ${name} must be a variance or a ${size} x ${size} covariance matrix by rows`,
    );
  }
  const phi = createMatrix(size, size);
  for (let i = 0; i < size; i++)
    for (let j = 0; j < size; j++) phi.values[i + j * size] = rows[i]![j]! / residual;
  return phi;
}

function unitRow(size: number, i: number, value: number): number[] {
  return Array.from({ length: size }, (_, j) => (i === j ? value : 0));
}

async function readComponents(text: string, terminal: Terminal): Promise<ComponentValues> {
  if (text.includes("=") && !existsSync(text)) {
    return new Map(
      Object.entries(assignments(text, undefined)).map(([name, value]) => {
        const number = Number(value);
        if (value === "" || !Number.isFinite(number))
          throw usageError(`--start: '${value}' for ${name} is no number`);
        return [name, number];
      }),
    );
  }
  const content = new TextDecoder().decode(await readInput(text, terminal));
  try {
    const json: unknown = JSON.parse(content);
    if (json !== null && typeof json === "object" && !Array.isArray(json)) {
      return new Map(Object.entries(json as Record<string, number | number[][]>));
    }
  } catch {
    // told below, as any other content
  }
  throw usageError(`--start: '${text}' is not a JSON object of component names and values`);
}

function unknownComponent(name: string, components: readonly string[]): HendersonError {
  const close = nearest(name, components);
  return usageError(
    `--start: no variance component is named '${name}'`,
    close === null
      ? `the components are ${[...components, "residual"].join(", ")}`
      : `the closest is '${close}'`,
  );
}
