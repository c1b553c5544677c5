// W = [Z F] record by record, and the record-wise products every other part is built on (matrix-free solvers too).

import { HendersonError } from "../../base/errors.ts";
import type { Model } from "../../model/model.ts";
import { visitIncidence } from "./components.ts";
import type { Unknowns } from "./unknowns.ts";

/** Rows of W in compressed form, columns ascending and distinct in a row. */
export interface Records {
  /** number of records n */
  readonly count: number;
  /** columns of W */
  readonly unknowns: number;
  /** length n + 1 */
  readonly pointers: Int32Array;
  readonly columns: Int32Array;
  readonly values: Float64Array;
}

/** @throws HendersonError engine/trait-mismatch when record r meets a coefficient of another trait */
function requireTrait(model: Model, r: number, own: number, component: string): void {
  const { trait, names } = model.traits!;
  if (trait[r] === own) return;
  throw new HendersonError(
    "engine/trait-mismatch",
    `record ${r + 1} is of trait '${names[trait[r]!]}' but meets a coefficient of '${names[own]}' in ${component}`,
    { hint: "every coefficient belongs to one trait: give each trait coefficients of its own" },
  );
}

/**
 * Collects W; levels that are fixed groups have no unknown of their own (their column is among the fixed ones).
 *
 * @throws HendersonError engine/trait-mismatch
 */
export function buildRecords(model: Model, unknowns: Unknowns): Records {
  const n = model.response.length;
  const { components, fixed, randomSize } = unknowns;
  const p = fixed.matrix.columns;
  const F = fixed.matrix.values;
  const pointers = new Int32Array(n + 1);
  let columns = new Int32Array(0);
  let values = new Float64Array(0);
  const seen = new Int32Array(unknowns.size).fill(-1);
  for (let pass = 0; pass < 2; pass++) {
    let end = 0;
    let row = 0;
    let start = 0;
    const add = (column: number, value: number): void => {
      if (value === 0) return;
      if (seen[column]! >= start) {
        if (pass === 1) values[seen[column]!]! += value;
        return;
      }
      seen[column] = end;
      if (pass === 1) {
        columns[end] = column;
        values[end] = value;
      }
      end++;
    };
    seen.fill(-1);
    for (row = 0; row < n; row++) {
      start = end;
      for (const { term, first, width, levels, traits, name } of components) {
        visitIncidence(model.random[term]!, row, (a, level, value) => {
          if (pass === 0 && model.traits && value !== 0) requireTrait(model, row, traits[a]!, name);
          if (level < levels) add(first + level * width + a, value);
        });
      }
      for (let j = 0; j < p; j++) add(randomSize + j, F[row + j * n]!);
      pointers[row + 1] = end;
      if (pass === 1) sortRow(columns, values, start, end);
    }
    if (pass === 0) {
      columns = new Int32Array(end);
      values = new Float64Array(end);
    }
  }
  return { count: n, unknowns: unknowns.size, pointers, columns, values };
}

/** Insertion sort: rows are short and nearly in order. */
function sortRow(columns: Int32Array, values: Float64Array, start: number, end: number): void {
  for (let e = start + 1; e < end; e++) {
    const column = columns[e]!;
    const value = values[e]!;
    let at = e;
    for (; at > start && columns[at - 1]! > column; at--) {
      columns[at] = columns[at - 1]!;
      values[at] = values[at - 1]!;
    }
    columns[at] = column;
    values[at] = value;
  }
}

/** out = W x, length n */
export function timesRecords(records: Records, x: Float64Array, out: Float64Array): void {
  const { count, pointers, columns, values } = records;
  for (let r = 0; r < count; r++) {
    let sum = 0;
    for (let e = pointers[r]!; e < pointers[r + 1]!; e++) sum += values[e]! * x[columns[e]!]!;
    out[r] = sum;
  }
}

/** out = W' r, one entry per unknown */
export function timesRecordsTransposed(records: Records, r: Float64Array, out: Float64Array): void {
  const { count, pointers, columns, values } = records;
  out.fill(0);
  for (let i = 0; i < count; i++) {
    const value = r[i]!;
    for (let e = pointers[i]!; e < pointers[i + 1]!; e++) out[columns[e]!]! += values[e]! * value;
  }
}

/** out = Z x for the unknowns from .. to - 1 only */
export function timesRecordsBetween(
  records: Records,
  x: Float64Array,
  from: number,
  to: number,
  out: Float64Array,
): void {
  const { count, pointers, columns, values } = records;
  for (let r = 0; r < count; r++) {
    let sum = 0;
    for (let e = pointers[r]!; e < pointers[r + 1]!; e++) {
      const column = columns[e]!;
      if (column >= from && column < to) sum += values[e]! * x[column]!;
    }
    out[r] = sum;
  }
}
