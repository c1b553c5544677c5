import type { Column } from "../table/table.ts";

/** Numbers, in one or several columns; missing is NaN. */
export interface NumericVector {
  readonly kind: "numeric";
  /** length rows * columns, column-major */
  readonly values: Float64Array;
  readonly columns: number;
  /** what follows the text of the variable in coefficient names; null for a single column or plain numbers */
  readonly labels: readonly string[] | null;
}

/** 0 false, 1 true, 255 missing. */
export interface LogicalVector {
  readonly kind: "logical";
  readonly values: Uint8Array;
}

/** Codes into levels, -1 where missing. */
export interface FactorVector {
  readonly kind: "factor";
  readonly codes: Int32Array;
  readonly levels: readonly string[];
  /** whether levels are in their final order (text columns are in order of appearance until used as factors) */
  readonly ordered: boolean;
}

/** A number, string or truth value written in the formula, or several by `c()`. */
export interface ConstantVector {
  readonly kind: "constant";
  readonly value: number | string | boolean | readonly (number | string | boolean)[];
}

/** What an expression evaluates to; one entry a row of the table. */
export type Vector = NumericVector | LogicalVector | FactorVector | ConstantVector;

/** A column of the table as a vector, without a copy. */
export function columnVector(column: Column): NumericVector | LogicalVector | FactorVector {
  switch (column.kind) {
    case "numeric":
      return { kind: "numeric", values: column.values, columns: 1, labels: null };
    case "logical":
      return { kind: "logical", values: column.values };
    case "text":
      return { kind: "factor", codes: column.codes, levels: column.levels, ordered: false };
  }
}

/** The rows at `rows` of a vector. */
export function gather<V extends Vector>(vector: V, rows: Int32Array): V;
export function gather(vector: Vector, rows: Int32Array): Vector {
  const n = rows.length;
  switch (vector.kind) {
    case "constant":
      return vector;
    case "logical": {
      const values = new Uint8Array(n);
      for (let i = 0; i < n; i++) values[i] = vector.values[rows[i]!]!;
      return { kind: "logical", values };
    }
    case "factor": {
      const codes = new Int32Array(n);
      for (let i = 0; i < n; i++) codes[i] = vector.codes[rows[i]!]!;
      return { ...vector, codes };
    }
    case "numeric": {
      const total = vector.values.length / vector.columns;
      const values = new Float64Array(n * vector.columns);
      for (let j = 0; j < vector.columns; j++) {
        for (let i = 0; i < n; i++) values[j * n + i] = vector.values[j * total + rows[i]!]!;
      }
      return { ...vector, values };
    }
  }
}

/** Marks rows where the vector is missing in `mask`, which is made on first need; returns it. */
export function markMissing(vector: Vector, rowCount: number, mask: Uint8Array | null): Uint8Array | null {
  let result = mask;
  switch (vector.kind) {
    case "constant":
      break;
    case "logical":
      for (let i = 0; i < rowCount; i++) {
        if (vector.values[i] === 255) {
          result ??= new Uint8Array(rowCount);
          result[i] = 1;
        }
      }
      break;
    case "factor":
      for (let i = 0; i < rowCount; i++) {
        if (vector.codes[i]! < 0) {
          result ??= new Uint8Array(rowCount);
          result[i] = 1;
        }
      }
      break;
    case "numeric":
      for (let at = 0; at < vector.values.length; at++) {
        const value = vector.values[at]!;
        if (Number.isNaN(value)) {
          result ??= new Uint8Array(rowCount);
          result[at % rowCount] = 1;
        }
      }
  }
  return result;
}

/** Whether no value is missing or infinite: x - x is zero only for finite x, so one sum tells. */
export function allFinite(values: Float64Array): boolean {
  const n = values.length;
  let even = 0;
  let odd = 0;
  let i = 0;
  for (; i < n - 1; i += 2) {
    even += values[i]! - values[i]!;
    odd += values[i + 1]! - values[i + 1]!;
  }
  if (i < n) even += values[i]! - values[i]!;
  return even + odd === 0;
}
