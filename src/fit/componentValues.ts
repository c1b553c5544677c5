import { HendersonError } from "../base/errors.ts";
import { nearest } from "../base/nearest.ts";
import { createMatrix, type Matrix } from "../linalg/matrix.ts";
import type { Model } from "../model/model.ts";

/**
 * Variances and covariances by component name, `residual` for the residual's: a variance, a matrix by rows, or under
 * `p[2,1]` one entry of the lower triangle (then all of them).
 */
export type ComponentValues = Readonly<Record<string, number | readonly (readonly number[])[]>>;

/** Coefficients of every component of a model, in order, `residual` (traits) last. */
export function componentSizes(model: Model): ReadonlyMap<string, number> {
  return new Map([
    ...model.random.map((term) => [term.component, term.covariance.size] as const),
    ["residual", model.traits?.names.length ?? 1] as const,
  ]);
}

/**
 * Values as symmetric matrices by component; definiteness is for the engine to check.
 *
 * @param purpose one number for several coefficients is a starting value (of each variance), never a known one
 * @throws HendersonError fit/unknown-component, fit/component-value
 */
export function componentMatrices(
  model: Model,
  values: ComponentValues,
  purpose: "known" | "starting" = "known",
): ReadonlyMap<string, Matrix> {
  const out = new Map<string, Matrix>();
  const given = Object.entries(values);
  if (given.length === 0) return out;
  const sizes = componentSizes(model);
  const partial = new Map<string, Map<string, number>>();
  for (const [name, value] of given) {
    const size = sizes.get(name);
    if (size !== undefined) {
      out.set(name, matrixOf(name, value, size, purpose));
      continue;
    }
    const entry = /^(.*)\[(\d+),(\d+)\]$/.exec(name);
    const owner = entry?.[1] ?? "";
    if (entry === null || !sizes.has(owner)) throw unknownComponent(entry ? owner : name, [...sizes.keys()]);
    const row = Number(entry[2]);
    const column = Number(entry[3]);
    if (row < 1 || column < 1 || row > sizes.get(owner)! || column > sizes.get(owner)!) {
      throw refused(
        `'${name}' is no entry of a ${square(sizes.get(owner)!)}`,
        "count rows and columns from 1",
      );
    }
    if (typeof value !== "number") throw refused(`the value of '${name}' is no number`, "give one number");
    const entries = partial.get(owner) ?? new Map<string, number>();
    entries.set(`${owner}[${Math.max(row, column)},${Math.min(row, column)}]`, value);
    partial.set(owner, entries);
  }
  for (const [name, entries] of partial) out.set(name, matrixFromEntries(name, entries, sizes.get(name)!));
  return out;
}

function matrixOf(
  name: string,
  value: ComponentValues[string],
  size: number,
  purpose: "known" | "starting",
): Matrix {
  const out = createMatrix(size, size);
  if (typeof value === "number") {
    if (size > 1 && purpose === "known") {
      throw refused(
        `the ${purpose} value of '${name}', which has ${size} coefficients, is the one number ${value}`,
        `give a ${square(size)} by rows`,
      );
    }
    for (let i = 0; i < size; i++) out.values[i + i * size] = value;
    return out;
  }
  if (value.length !== size || value.some((row) => !Array.isArray(row) || row.length !== size)) {
    throw refused(
      `the ${purpose} value of '${name}' is no ${square(size)}`,
      "give one row for each coefficient",
    );
  }
  value.forEach((row, i) => {
    row.forEach((entry, j) => {
      out.values[i + j * size] = entry;
    });
  });
  return out;
}

function matrixFromEntries(name: string, entries: ReadonlyMap<string, number>, size: number): Matrix {
  const out = createMatrix(size, size);
  const missing: string[] = [];
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      const key = `${name}[${i + 1},${j + 1}]`;
      const value = entries.get(key);
      if (value === undefined) missing.push(key);
      out.values[i + j * size] = value ?? 0;
      out.values[j + i * size] = value ?? 0;
    }
  }
  if (missing.length === 0) return out;
  throw refused(
    `'${name}' is given by ${[...entries.keys()].join(", ")}, but not ${missing.join(", ")}`,
    "give every entry of the lower triangle",
  );
}

/** The error for a component that the model does not have. */
export function unknownComponent(name: string, names: readonly string[]): HendersonError {
  const closest = nearest(name, names);
  const all = `the components are ${names.join(", ")}`;
  return new HendersonError("fit/unknown-component", `the model has no variance component '${name}'`, {
    hint: closest === null ? all : `the closest is '${closest}'; ${all}`,
  });
}

function refused(message: string, hint: string): HendersonError {
  return new HendersonError("fit/component-value", message, { hint });
}

function square(size: number): string {
  return `${size} x ${size} matrix`;
}
