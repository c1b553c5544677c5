import type { SparseLowerTriangle } from "../model/relationship.ts";

/** Entries below the diagonal of a symmetric matrix, in any order; equal places are added. */
export interface Triplets {
  readonly count: number;
  /** rows[e] > columns[e] */
  readonly rows: Int32Array;
  readonly columns: Int32Array;
  readonly values: Float64Array;
}

/** The lower triangle with this diagonal, by two counting sorts; every diagonal entry is stored, also zeros. */
export function lowerTriangle(diagonal: Float64Array, triplets: Triplets): SparseLowerTriangle {
  const size = diagonal.length;
  const byRow = countingSort(triplets.rows, triplets.count, size);
  const rows = new Int32Array(triplets.count);
  const values = new Float64Array(triplets.count);
  const columns = new Int32Array(triplets.count);
  for (let k = 0; k < triplets.count; k++) {
    const e = byRow[k]!;
    rows[k] = triplets.rows[e]!;
    columns[k] = triplets.columns[e]!;
    values[k] = triplets.values[e]!;
  }
  const byColumn = countingSort(columns, triplets.count, size);
  const pointers = new Int32Array(size + 1);
  const outRows = new Int32Array(triplets.count + size);
  const outValues = new Float64Array(triplets.count + size);
  let end = 0;
  let k = 0;
  for (let j = 0; j < size; j++) {
    outRows[end] = j;
    outValues[end++] = diagonal[j]!;
    for (; k < triplets.count && columns[byColumn[k]!] === j; k++) {
      const e = byColumn[k]!;
      if (outRows[end - 1] === rows[e]) outValues[end - 1]! += values[e]!;
      else {
        outRows[end] = rows[e]!;
        outValues[end++] = values[e]!;
      }
    }
    pointers[j + 1] = end;
  }
  return { size, pointers, rows: outRows.slice(0, end), values: outValues.slice(0, end) };
}

/** Positions of the first `count` keys in ascending order of the key, equal keys in their order. */
function countingSort(keys: Int32Array, count: number, size: number): Int32Array {
  const next = new Int32Array(size + 1);
  for (let e = 0; e < count; e++) next[keys[e]! + 1]!++;
  for (let k = 0; k < size; k++) next[k + 1]! += next[k]!;
  const order = new Int32Array(count);
  for (let e = 0; e < count; e++) order[next[keys[e]!]!++] = e;
  return order;
}

/** y = S x for the symmetric matrix of a lower triangle. */
export function multiplySymmetric(triangle: SparseLowerTriangle, x: Float64Array): Float64Array {
  const { size, pointers, rows, values } = triangle;
  const y = new Float64Array(size);
  for (let j = 0; j < size; j++) {
    let sum = values[pointers[j]!]! * x[j]!;
    for (let p = pointers[j]! + 1; p < pointers[j + 1]!; p++) {
      const i = rows[p]!;
      y[i]! += values[p]! * x[j]!;
      sum += values[p]! * x[i]!;
    }
    y[j]! += sum;
  }
  return y;
}
