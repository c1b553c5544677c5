import type { Model } from "../../model/model.ts";
import type { Factor } from "../factors.ts";
import type { ReducedResponse } from "../response.ts";
import { type CrossedLayout, rowsOfLevels } from "./crossedLayout.ts";
import { addFixedSums } from "./leafEntries.ts";

/**
 * The cross-products of [Z_1 .. Z_K X~ r], what the leaf takes no part in: blocks of the lower triangle of
 * Z'WZ in the factor's order, sorted by column, and the dense rest.
 */
export interface BaseBlocks {
  readonly count: number;
  /** scalar position of the first column and row */
  readonly column: Int32Array;
  readonly row: Int32Array;
  readonly columnFactor: Int32Array;
  readonly rowFactor: Int32Array;
  /** start in values, ascending; a block is rows x columns, column-major, full also on the diagonal */
  readonly offset: Int32Array;
  readonly values: Float64Array;
  /** sum w z [x' r] of every scalar position, p + 1 each */
  readonly tails: Float64Array;
  /** [X~ r]'W[X~ r], (p + 1) x (p + 1) */
  readonly fixed: Float64Array;
}

/** Cross-products among the factors after the leaf, the fixed columns and the response. */
export function baseBlocks(model: Model, layout: CrossedLayout, reduced: ReducedResponse): BaseBlocks {
  const { factors, fixedColumns: p, starts, randomSize } = layout;
  const parts: BlockPart[] = [];
  const tails = new Float64Array(randomSize * (p + 1));
  for (let f = 1; f < factors.length; f++) {
    parts.push(ownBlocks(layout, f, model.weights));
    addFixedSums(factors[f]!, model, reduced.residual, starts[f]!, tails);
    for (let g = f + 1; g < factors.length; g++) parts.push(...pairBlocks(layout, f, g, model.weights));
  }
  return { ...sortedByColumn(parts, layout), tails, fixed: fixedBlock(model, reduced) };
}

/** Blocks of one shape; block b at values[b * rows * columns]. */
interface BlockPart {
  readonly columnFactor: number;
  readonly rowFactor: number;
  readonly column: Int32Array;
  readonly row: Int32Array;
  readonly values: Float64Array;
}

type SparseBlocks = Omit<BaseBlocks, "tails" | "fixed">;

function sortedByColumn(parts: readonly BlockPart[], layout: CrossedLayout): SparseBlocks {
  const next = new Int32Array(layout.randomSize + 1);
  let count = 0;
  let length = 0;
  for (const part of parts) {
    for (let b = 0; b < part.column.length; b++) next[part.column[b]! + 1]!++;
    count += part.column.length;
    length += part.values.length;
  }
  for (let r = 0; r < layout.randomSize; r++) next[r + 1]! += next[r]!;
  const column = new Int32Array(count);
  const row = new Int32Array(count);
  const source = new Int32Array(count);
  const partOf = new Uint16Array(count);
  parts.forEach((part, index) => {
    for (let b = 0; b < part.column.length; b++) {
      const to = next[part.column[b]!]!++;
      column[to] = part.column[b]!;
      row[to] = part.row[b]!;
      source[to] = b;
      partOf[to] = index;
    }
  });
  const columnFactor = new Int32Array(count);
  const rowFactor = new Int32Array(count);
  const offset = new Int32Array(count);
  const values = new Float64Array(length);
  let end = 0;
  for (let b = 0; b < count; b++) {
    const part = parts[partOf[b]!]!;
    columnFactor[b] = part.columnFactor;
    rowFactor[b] = part.rowFactor;
    offset[b] = end;
    const size = part.values.length / part.column.length;
    for (let v = source[b]! * size; v < (source[b]! + 1) * size; v++) values[end++] = part.values[v]!;
  }
  return { count, column, row, columnFactor, rowFactor, offset, values };
}

/** sum w z z' per level, on the diagonal. */
function ownBlocks(layout: CrossedLayout, f: number, weights: Float64Array | undefined): BlockPart {
  const { width: S, codes, columns, levels } = layout.factors[f]!;
  const values = new Float64Array(levels * S * S);
  for (let s = 0; s < S; s++) {
    for (let t = 0; t < S; t++) {
      addProducts(columns[s]!, columns[t]!, weights, codes, S * S, s + t * S, values);
    }
  }
  const at = layout.starts[f]!;
  return { columnFactor: f, rowFactor: f, column: at, row: at, values };
}

/** values[block * size + entry] += w u v for every row. */
function addProducts(
  u: Float64Array | null,
  v: Float64Array | null,
  weights: Float64Array | undefined,
  blockOf: Int32Array,
  size: number,
  entry: number,
  values: Float64Array,
): void {
  for (let i = 0; i < blockOf.length; i++) {
    let value = weights === undefined ? 1 : weights[i]!;
    if (u !== null) value *= u[i]!;
    if (v !== null) value *= v[i]!;
    values[blockOf[i]! * size + entry]! += value;
  }
}

/** sum w z_f z_g' for the pairs of levels that occur together: those with f's level first, and those with g's. */
function pairBlocks(
  layout: CrossedLayout,
  f: number,
  g: number,
  weights: Float64Array | undefined,
): BlockPart[] {
  const left = layout.factors[f]!;
  const right = layout.factors[g]!;
  const pairs = levelPairs(left, right);
  const { blockOf } = pairs;
  const size = left.width * right.width;
  const values = new Float64Array(pairs.left.length * size);
  for (let s = 0; s < left.width; s++) {
    for (let t = 0; t < right.width; t++) {
      addProducts(left.columns[s]!, right.columns[t]!, weights, blockOf, size, t + s * right.width, values);
    }
  }
  const leftAt = pairs.left.map((l) => layout.starts[f]![l]!);
  const rightAt = pairs.right.map((k) => layout.starts[g]![k]!);
  const leftFirst: number[] = [];
  const rightFirst: number[] = [];
  for (let b = 0; b < leftAt.length; b++) (leftAt[b]! < rightAt[b]! ? leftFirst : rightFirst).push(b);
  return [
    {
      columnFactor: f,
      rowFactor: g,
      column: Int32Array.from(leftFirst, (b) => leftAt[b]!),
      row: Int32Array.from(leftFirst, (b) => rightAt[b]!),
      values: selectedBlocks(values, leftFirst, right.width, left.width, false),
    },
    {
      columnFactor: g,
      rowFactor: f,
      column: Int32Array.from(rightFirst, (b) => rightAt[b]!),
      row: Int32Array.from(rightFirst, (b) => leftAt[b]!),
      values: selectedBlocks(values, rightFirst, right.width, left.width, true),
    },
  ];
}

/** The chosen R x C blocks, transposed when asked. */
function selectedBlocks(
  values: Float64Array,
  chosen: readonly number[],
  R: number,
  C: number,
  transposed: boolean,
): Float64Array {
  const out = new Float64Array(chosen.length * R * C);
  let end = 0;
  for (const b of chosen) {
    const from = b * R * C;
    if (!transposed) for (let v = 0; v < R * C; v++) out[end++] = values[from + v]!;
    else for (let i = 0; i < R; i++) for (let c = 0; c < C; c++) out[end++] = values[from + i + c * R]!;
  }
  return out;
}

interface LevelPairs {
  readonly left: Int32Array;
  readonly right: Int32Array;
  /** pair of every row of the data */
  readonly blockOf: Int32Array;
}

function levelPairs(f: Factor, g: Factor): LevelPairs {
  const order = rowsOfLevels(f);
  const n = f.codes.length;
  const slot = new Int32Array(g.levels).fill(-1);
  const owner = new Int32Array(g.levels).fill(-1);
  const left = new Int32Array(n);
  const right = new Int32Array(n);
  const blockOf = new Int32Array(n);
  let count = 0;
  for (let l = 0; l < f.levels; l++) {
    for (let r = order.pointers[l]!; r < order.pointers[l + 1]!; r++) {
      const i = order.rows[r]!;
      const k = g.codes[i]!;
      if (owner[k] !== l) {
        owner[k] = l;
        slot[k] = count;
        left[count] = l;
        right[count] = k;
        count++;
      }
      blockOf[i] = slot[k]!;
    }
  }
  return { left: left.slice(0, count), right: right.slice(0, count), blockOf };
}

function fixedBlock(model: Model, reduced: ReducedResponse): Float64Array {
  const p = model.fixed.basis.columns;
  const m = p + 1;
  const out = new Float64Array(m * m);
  for (let c = 0; c < p; c++) {
    for (let i = 0; i < p; i++) out[i + c * m] = model.fixed.crossproduct.values[i + c * p]!;
    out[p + c * m] = reduced.crossproduct[c]!;
    out[c + p * m] = reduced.crossproduct[c]!;
  }
  out[p + p * m] = reduced.sumOfSquares;
  return out;
}
