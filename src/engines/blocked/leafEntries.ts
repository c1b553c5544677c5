import type { Model } from "../../model/model.ts";
import type { Factor } from "../factors.ts";
import type { CrossedLayout } from "./crossedLayout.ts";

/**
 * What the data say about each leaf level j: A_j = sum w z0 z0', the sparse entries A_rj = sum w z_r z0' for every
 * random scalar r that occurs with j, and the dense tail T_j = sum w z0 [x' r].
 */
export interface LeafEntries {
  readonly levels: number;
  /** S0 */
  readonly width: number;
  /** A_j at j * S0 * S0 */
  readonly a: Float64Array;
  /** first entry of each level, length levels + 1 */
  readonly pointers: Int32Array;
  /** scalar position of every entry, ascending within a level */
  readonly rows: Int32Array;
  /** S0 values per entry */
  readonly values: Float64Array;
  /** T_j (S0 x (p + 1)), row s at (j * S0 + s) * (p + 1) */
  readonly tails: Float64Array;
}

/** The entries of every leaf level; one pass over the rows, and one per fixed column. */
export function leafEntries(model: Model, layout: CrossedLayout, residual: Float64Array): LeafEntries {
  const { factors, starts, fixedColumns: p } = layout;
  const leaf = factors[0]!;
  const { levels, width: S0 } = leaf;
  const { pointers, rows } = scalarsOf(layout);
  const tails = new Float64Array(levels * S0 * (p + 1));
  addFixedSums(leaf, model, residual, starts[0]!, tails);
  const entries = {
    levels,
    width: S0,
    a: new Float64Array(levels * S0 * S0),
    pointers,
    rows,
    values: new Float64Array(rows.length * S0),
    tails,
  };
  if (factors.every((f) => f.width === 1 && f.columns[0] === null)) {
    countTogether(layout, model.weights, entries);
  } else crossMultiply(layout, model.weights, entries);
  return entries;
}

/** The cliques with every node as the scalars it stands for. */
function scalarsOf({ factors, cliques, factorAt }: CrossedLayout): Pick<LeafEntries, "pointers" | "rows"> {
  const { pointers: from, members } = cliques;
  if (factors.every((f, index) => index === 0 || f.width === 1)) return { pointers: from, rows: members };
  const levels = from.length - 1;
  const pointers = new Int32Array(levels + 1);
  for (let j = 0, size = 0; j < levels; j++) {
    for (let e = from[j]!; e < from[j + 1]!; e++) size += factors[factorAt[members[e]!]!]!.width;
    pointers[j + 1] = size;
  }
  const rows = new Int32Array(pointers[levels]!);
  let at = 0;
  for (const position of members) {
    const { width } = factors[factorAt[position]!]!;
    for (let c = 0; c < width; c++) rows[at++] = position + c;
  }
  return { pointers, rows };
}

/** Random intercepts only: the sums are (weighted) counts. */
function countTogether(
  { factors, starts, rowsOfLeaf, randomSize }: CrossedLayout,
  weights: Float64Array | undefined,
  { levels, a, pointers, rows, values }: LeafEntries,
): void {
  const slot = new Int32Array(randomSize);
  for (let f = 1; f < factors.length; f++) {
    const { codes } = factors[f]!;
    const at = starts[f]!;
    for (let j = 0; j < levels; j++) {
      const lastEntry = pointers[j + 1]!;
      for (let q = pointers[j]!; q < lastEntry; q++) slot[rows[q]!] = q;
      let sum = 0;
      const end = rowsOfLeaf.pointers[j + 1]!;
      for (let r = rowsOfLeaf.pointers[j]!; r < end; r++) {
        const i = rowsOfLeaf.rows[r]!;
        const w = weights === undefined ? 1 : weights[i]!;
        sum += w;
        values[slot[at[codes[i]!]!]!]! += w;
      }
      a[j] = sum;
    }
  }
}

function crossMultiply(layout: CrossedLayout, weights: Float64Array | undefined, entries: LeafEntries): void {
  const { factors, starts, rowsOfLeaf, randomSize } = layout;
  const { width: S0, columns } = factors[0]!;
  const slot = new Int32Array(randomSize);
  const wz = new Float64Array(S0);
  for (let j = 0; j < entries.levels; j++) {
    for (let q = entries.pointers[j]!; q < entries.pointers[j + 1]!; q++) slot[entries.rows[q]!] = q;
    for (let r = rowsOfLeaf.pointers[j]!; r < rowsOfLeaf.pointers[j + 1]!; r++) {
      const i = rowsOfLeaf.rows[r]!;
      const w = weights === undefined ? 1 : weights[i]!;
      for (let s = 0; s < S0; s++) wz[s] = w * valueAt(columns[s]!, i);
      for (let s = 0; s < S0; s++) {
        const z = valueAt(columns[s]!, i);
        for (let t = 0; t < S0; t++) entries.a[(j * S0 + t) * S0 + s]! += z * wz[t]!;
      }
      for (let f = 1; f < factors.length; f++) {
        const factor = factors[f]!;
        const first = slot[starts[f]![factor.codes[i]!]!]!;
        for (let c = 0; c < factor.width; c++) {
          const z = valueAt(factor.columns[c]!, i);
          for (let s = 0; s < S0; s++) entries.values[(first + c) * S0 + s]! += z * wz[s]!;
        }
      }
    }
  }
}

function valueAt(column: Float64Array | null, i: number): number {
  return column === null ? 1 : column[i]!;
}

/**
 * sum w z [x' r] per level of a factor, p + 1 values for each of its scalars.
 *
 * @param starts   scalar of every level's first value
 * @param out   row of scalar s at s * (p + 1)
 */
export function addFixedSums(
  factor: Factor,
  model: Model,
  residual: Float64Array,
  starts: Int32Array,
  out: Float64Array,
): void {
  const { codes, levels, width: S, columns } = factor;
  const { basis } = model.fixed;
  const p = basis.columns;
  const n = codes.length;
  // Column by column: the rows of x are far apart, and the sums of one column stay in cache.
  const sums = new Float64Array(levels);
  for (let s = 0; s < S; s++) {
    const scale = scaleOf(columns[s]!, model.weights);
    for (let k = 0; k <= p; k++) {
      const x = k < p ? basis.values : residual;
      const from = k < p ? k * n : 0;
      sums.fill(0);
      if (scale === null) for (let i = 0; i < n; i++) sums[codes[i]!]! += x[from + i]!;
      else for (let i = 0; i < n; i++) sums[codes[i]!]! += scale[i]! * x[from + i]!;
      for (let l = 0; l < levels; l++) out[(starts[l]! + s) * (p + 1) + k] = sums[l]!;
    }
  }
}

/** w z of every row, null when all are 1. */
function scaleOf(column: Float64Array | null, weights: Float64Array | undefined): Float64Array | null {
  if (weights === undefined) return column;
  if (column === null) return weights;
  return weights.map((w, i) => w * column[i]!);
}
