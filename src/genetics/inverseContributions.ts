import type { SparseLowerTriangle } from "../model/relationship.ts";
import { lowerTriangle } from "./lowerTriangle.ts";

/** One parental column: where each animal's ancestor is (-1 unknown) and how much of it is passed on. */
interface ParentColumn {
  readonly positions: Int32Array;
  readonly weight: number;
}

/** A symmetric block added to the trailing rows: for random groups and metafounders. Column-major, full. */
export interface TrailingBlock {
  readonly size: number;
  readonly values: Float64Array;
}

/**
 * T^-1' M^-1 T^-1 by the rules of Henderson (1976) and Quaas (1976): animal i adds t t' / m_i, t being 1 at i and
 * -weight at each known ancestor (Quaas 1988 and Westell et al. 1988 where the ancestor is a group).
 *
 * @param size        animals and groups
 * @param variances   m_i of the animals, which come first
 */
export function inverseContributions(
  size: number,
  variances: Float64Array,
  first: ParentColumn,
  second: ParentColumn,
  trailing?: TrailingBlock,
): SparseLowerTriangle {
  const n = variances.length;
  const blockEntries = trailing === undefined ? 0 : (trailing.size * (trailing.size - 1)) / 2;
  const most = 3 * n + blockEntries;
  const rows = new Int32Array(most);
  const columns = new Int32Array(most);
  const values = new Float64Array(most);
  const diagonal = new Float64Array(size);
  let count = 0;
  const add = (i: number, j: number, value: number): void => {
    rows[count] = i > j ? i : j;
    columns[count] = i > j ? j : i;
    values[count++] = value;
  };
  for (let i = 0; i < n; i++) {
    const b = 1 / variances[i]!;
    const p = first.positions[i]!;
    const q = second.positions[i]!;
    diagonal[i]! += b;
    if (p === q) {
      // selfing, or both parents of one group: the weights add up
      if (p < 0) continue;
      const w = first.weight + second.weight;
      diagonal[p]! += w * w * b;
      add(i, p, -w * b);
      continue;
    }
    if (p >= 0) {
      diagonal[p]! += first.weight * first.weight * b;
      add(i, p, -first.weight * b);
    }
    if (q >= 0) {
      diagonal[q]! += second.weight * second.weight * b;
      add(i, q, -second.weight * b);
    }
    if (p >= 0 && q >= 0) add(p, q, first.weight * second.weight * b);
  }
  if (trailing !== undefined) {
    const start = size - trailing.size;
    for (let j = 0; j < trailing.size; j++) {
      diagonal[start + j]! += trailing.values[j * (trailing.size + 1)]!;
      for (let i = j + 1; i < trailing.size; i++) {
        add(start + i, start + j, trailing.values[i + j * trailing.size]!);
      }
    }
  }
  return lowerTriangle(diagonal, { count, rows, columns, values });
}
