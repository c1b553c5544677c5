// Sufficient statistics of crossed and nested factors. Factor 0, the leaf, is eliminated level by level; what
// its elimination couples is a sparse system over the levels ("nodes") of the other factors, the fixed columns X~
// and the response, in the order X~, r at the very end.

import { patternFromCliques } from "../../linalg/sparse/pattern.ts";
import { analyze, type SymbolicFactor } from "../../linalg/sparse/symbolic.ts";
import type { Model } from "../../model/model.ts";
import type { ReducedResponse } from "../response.ts";
import type { Factor } from "./factors.ts";

/** Marks the rows or columns of a block that belong to X~ and r, and are not scaled by any Lambda. */
export const FIXED = -1;

export interface CrossedStatistics {
  readonly factors: readonly Factor[];
  /** p */
  readonly fixedColumns: number;
  readonly symbolic: SymbolicFactor;
  /** random-effect scalars of factors 1.. together; X~ and r follow at positions randomSize .. randomSize + p */
  readonly randomSize: number;
  /** per factor: first node; node of level l is nodeBase[f] + l (factor 0 has none) */
  readonly nodeBase: Int32Array;
  /** factor of each node */
  readonly nodeFactor: Int32Array;
  /** first scalar position (in the factor's order) of each node */
  readonly nodePosition: Int32Array;
  readonly leaf: LeafEntries;
  readonly blocks: BaseBlocks;
}

/**
 * Per leaf level j: A_j = sum w z0 z0', and the entries A_rj = sum w z_r z0' for every scalar row r that occurs
 * with j, rows ascending, X~ and r last.
 */
export interface LeafEntries {
  readonly levels: number;
  /** S0 */
  readonly width: number;
  /** A_j at j * S0 * S0 */
  readonly a: Float64Array;
  /** first scalar entry of each level, length levels + 1 */
  readonly pointers: Int32Array;
  /** node entries of each level (random ones only), length levels + 1, and the nodes, by position */
  readonly nodePointers: Int32Array;
  readonly nodes: Int32Array;
  /** scalar position of every entry */
  readonly rows: Int32Array;
  /** S0 values per entry */
  readonly values: Float64Array;
}

/** Blocks of the cross-product matrix of [Z_1 .. Z_K X~ r], lower triangle in the factor's order, sorted by column. */
export interface BaseBlocks {
  readonly count: number;
  /** scalar position of the first column and row */
  readonly column: Int32Array;
  readonly row: Int32Array;
  /** factor of the columns and rows, or FIXED (p + 1 wide) */
  readonly columnFactor: Int32Array;
  readonly rowFactor: Int32Array;
  /** start in values; a block is rows x columns, column-major, full also on the diagonal */
  readonly offset: Int32Array;
  readonly values: Float64Array;
}

export function crossedStatistics(
  model: Model,
  factors: readonly Factor[],
  reduced: ReducedResponse,
): CrossedStatistics {
  const p = model.fixed.basis.columns;
  const nodeBase = new Int32Array(factors.length);
  let nodeCount = 0;
  for (let f = 1; f < factors.length; f++) {
    nodeBase[f] = nodeCount;
    nodeCount += factors[f]!.levels;
  }
  const nodeFactor = new Int32Array(nodeCount);
  for (let f = 1; f < factors.length; f++) {
    nodeFactor.fill(f, nodeBase[f]!, nodeBase[f]! + factors[f]!.levels);
  }
  const byLeaf = rowsByLevel(factors[0]!);
  const cliques = leafCliques(factors, nodeBase, nodeCount, byLeaf);

  const tail = p > 0 ? 2 : 1;
  const widths = new Int32Array(nodeCount + tail);
  for (let v = 0; v < nodeCount; v++) widths[v] = factors[nodeFactor[v]!]!.width;
  if (p > 0) widths[nodeCount] = p;
  widths[nodeCount + tail - 1] = 1;
  const withTail = appendTail(cliques, nodeCount, tail);
  const symbolic = analyze(patternFromCliques(nodeCount + tail, withTail.pointers, withTail.members), {
    widths,
    last: tail,
  });
  const nodePosition = new Int32Array(nodeCount);
  let scalar = 0;
  for (let v = 0; v < nodeCount; v++) {
    nodePosition[v] = symbolic.permutation[scalar]!;
    scalar += widths[v]!;
  }
  const statistics = {
    factors,
    fixedColumns: p,
    symbolic,
    randomSize: scalar,
    nodeBase,
    nodeFactor,
    nodePosition,
  };
  const leaf = leafEntries(model, statistics, reduced.residual, byLeaf, cliques);
  const blocks = baseBlocks(model, statistics, reduced);
  return { ...statistics, leaf, blocks };
}

interface RowOrder {
  /** first row of each level in `rows`, length levels + 1 */
  readonly pointers: Int32Array;
  /** row numbers, grouped by level, ascending within */
  readonly rows: Int32Array;
}

function rowsByLevel(factor: Factor): RowOrder {
  const { codes, levels } = factor;
  const pointers = new Int32Array(levels + 1);
  for (let i = 0; i < codes.length; i++) pointers[codes[i]! + 1]!++;
  for (let j = 0; j < levels; j++) pointers[j + 1]! += pointers[j]!;
  const next = pointers.slice(0, levels);
  const rows = new Int32Array(codes.length);
  for (let i = 0; i < codes.length; i++) rows[next[codes[i]!]!++] = i;
  return { pointers, rows };
}

interface Cliques {
  readonly pointers: Int32Array;
  readonly members: Int32Array;
}

/** The distinct nodes that occur with each leaf level. */
function leafCliques(
  factors: readonly Factor[],
  nodeBase: Int32Array,
  nodeCount: number,
  byLeaf: RowOrder,
): Cliques {
  const levels = factors[0]!.levels;
  const seen = new Int32Array(nodeCount).fill(-1);
  const pointers = new Int32Array(levels + 1);
  let members = new Int32Array(Math.max(16, 2 * levels * (factors.length - 1)));
  let count = 0;
  for (let j = 0; j < levels; j++) {
    for (let r = byLeaf.pointers[j]!; r < byLeaf.pointers[j + 1]!; r++) {
      const i = byLeaf.rows[r]!;
      for (let f = 1; f < factors.length; f++) {
        const v = nodeBase[f]! + factors[f]!.codes[i]!;
        if (seen[v] === j) continue;
        seen[v] = j;
        if (count === members.length) {
          const larger = new Int32Array(2 * count);
          larger.set(members);
          members = larger;
        }
        members[count++] = v;
      }
    }
    pointers[j + 1] = count;
  }
  return { pointers, members: members.subarray(0, count) };
}

function appendTail(cliques: Cliques, nodeCount: number, tail: number): Cliques {
  const levels = cliques.pointers.length - 1;
  const pointers = new Int32Array(levels + 1);
  const members = new Int32Array(cliques.members.length + tail * levels);
  let at = 0;
  for (let j = 0; j < levels; j++) {
    for (let e = cliques.pointers[j]!; e < cliques.pointers[j + 1]!; e++) members[at++] = cliques.members[e]!;
    for (let t = 0; t < tail; t++) members[at++] = nodeCount + t;
    pointers[j + 1] = at;
  }
  return { pointers, members };
}

type Layout = Omit<CrossedStatistics, "leaf" | "blocks">;

function leafEntries(
  model: Model,
  layout: Layout,
  residual: Float64Array,
  byLeaf: RowOrder,
  cliques: Cliques,
): LeafEntries {
  const { factors, fixedColumns: p, nodeBase, nodeFactor, nodePosition, randomSize } = layout;
  const leafFactor = factors[0]!;
  const { levels, width: S0 } = leafFactor;
  const nodes = cliques.members;
  const pointers = new Int32Array(levels + 1);
  for (let j = 0; j < levels; j++) {
    sortByPosition(nodes, cliques.pointers[j]!, cliques.pointers[j + 1]!, nodePosition);
    let size = p + 1;
    for (let e = cliques.pointers[j]!; e < cliques.pointers[j + 1]!; e++) {
      size += factors[nodeFactor[nodes[e]!]!]!.width;
    }
    pointers[j + 1] = pointers[j]! + size;
  }
  const rows = new Int32Array(pointers[levels]!);
  const values = new Float64Array(pointers[levels]! * S0);
  const a = new Float64Array(levels * S0 * S0);
  const slot = new Int32Array(nodeFactor.length);
  const z0 = new Float64Array(S0);
  const n = model.response.length;
  const x = model.fixed.basis.values;
  const plain =
    S0 === 1 &&
    leafFactor.columns[0] === null &&
    factors.every((f) => f.width === 1 && f.columns[0] === null);
  for (let j = 0; j < levels; j++) {
    let at = pointers[j]!;
    for (let e = cliques.pointers[j]!; e < cliques.pointers[j + 1]!; e++) {
      const v = nodes[e]!;
      slot[v] = at;
      const width = factors[nodeFactor[v]!]!.width;
      for (let c = 0; c < width; c++) rows[at++] = nodePosition[v]! + c;
    }
    const fixedAt = at;
    for (let k = 0; k <= p; k++) rows[at++] = randomSize + k;
    for (let r = byLeaf.pointers[j]!; r < byLeaf.pointers[j + 1]!; r++) {
      const i = byLeaf.rows[r]!;
      const w = model.weights === undefined ? 1 : model.weights[i]!;
      if (plain) {
        a[j]! += w;
        for (let f = 1; f < factors.length; f++) values[slot[nodeBase[f]! + factors[f]!.codes[i]!]!]! += w;
        for (let k = 0; k < p; k++) values[fixedAt + k]! += w * x[i + k * n]!;
        values[fixedAt + p]! += w * residual[i]!;
        continue;
      }
      for (let s = 0; s < S0; s++) {
        const column = leafFactor.columns[s]!;
        z0[s] = w * (column === null ? 1 : column[i]!);
      }
      for (let s = 0; s < S0; s++) {
        const column = leafFactor.columns[s]!;
        const z = column === null ? 1 : column[i]!;
        for (let t = 0; t < S0; t++) a[j * S0 * S0 + s + t * S0]! += z * z0[t]!;
      }
      for (let f = 1; f < factors.length; f++) {
        const factor = factors[f]!;
        const first = slot[nodeBase[f]! + factor.codes[i]!]!;
        for (let c = 0; c < factor.width; c++) {
          const column = factor.columns[c]!;
          const z = column === null ? 1 : column[i]!;
          for (let s = 0; s < S0; s++) values[(first + c) * S0 + s]! += z * z0[s]!;
        }
      }
      for (let s = 0; s < S0; s++) {
        for (let k = 0; k < p; k++) values[(fixedAt + k) * S0 + s]! += x[i + k * n]! * z0[s]!;
        values[(fixedAt + p) * S0 + s]! += residual[i]! * z0[s]!;
      }
    }
  }
  return { levels, width: S0, a, pointers, nodePointers: cliques.pointers, nodes, rows, values };
}

/** Insertion sort: lists are short, and often sorted already. */
function sortByPosition(nodes: Int32Array, from: number, to: number, position: Int32Array): void {
  if (to - from > 64) {
    nodes.subarray(from, to).sort((u, v) => position[u]! - position[v]!);
    return;
  }
  for (let i = from + 1; i < to; i++) {
    const v = nodes[i]!;
    const key = position[v]!;
    let k = i - 1;
    while (k >= from && position[nodes[k]!]! > key) {
      nodes[k + 1] = nodes[k]!;
      k--;
    }
    nodes[k + 1] = v;
  }
}

function baseBlocks(model: Model, layout: Layout, reduced: ReducedResponse): BaseBlocks {
  const { factors, fixedColumns: p, nodeBase, nodePosition, randomSize } = layout;
  const m = p + 1;
  const parts: { column: number; row: number; columnFactor: number; rowFactor: number; offset: number }[] =
    [];
  const chunks: Float64Array[] = [];
  let length = 0;
  const push = (values: Float64Array): number => {
    chunks.push(values);
    length += values.length;
    return length - values.length;
  };

  for (let f = 1; f < factors.length; f++) {
    const factor = factors[f]!;
    const own = push(ownBlocks(factor, model.weights));
    const fixed = push(fixedBlocks(factor, model, reduced.residual, p));
    for (let l = 0; l < factor.levels; l++) {
      const at = nodePosition[nodeBase[f]! + l]!;
      const square = factor.width * factor.width;
      parts.push({ column: at, row: at, columnFactor: f, rowFactor: f, offset: own + l * square });
      parts.push({
        column: at,
        row: randomSize,
        columnFactor: f,
        rowFactor: FIXED,
        offset: fixed + l * m * factor.width,
      });
    }
    for (let g = f + 1; g < factors.length; g++) {
      const pairs = pairBlocks(factor, factors[g]!, model.weights, (l, k) => {
        return nodePosition[nodeBase[f]! + l]! > nodePosition[nodeBase[g]! + k]!;
      });
      const start = push(pairs.values);
      const size = factor.width * factors[g]!.width;
      for (let b = 0; b < pairs.left.length; b++) {
        const left = nodePosition[nodeBase[f]! + pairs.left[b]!]!;
        const right = nodePosition[nodeBase[g]! + pairs.right[b]!]!;
        const offset = start + b * size;
        if (left > right) parts.push({ column: right, row: left, columnFactor: g, rowFactor: f, offset });
        else parts.push({ column: left, row: right, columnFactor: f, rowFactor: g, offset });
      }
    }
  }
  const last = new Float64Array(m * m);
  for (let c = 0; c < p; c++) {
    for (let i = 0; i < p; i++) last[i + c * m] = model.fixed.crossproduct.values[i + c * p]!;
    last[p + c * m] = reduced.crossproduct[c]!;
    last[c + p * m] = reduced.crossproduct[c]!;
  }
  last[p + p * m] = reduced.sumOfSquares;
  parts.push({
    column: randomSize,
    row: randomSize,
    columnFactor: FIXED,
    rowFactor: FIXED,
    offset: push(last),
  });

  parts.sort((u, v) => u.column - v.column);
  const values = new Float64Array(length);
  let at = 0;
  for (const chunk of chunks) {
    values.set(chunk, at);
    at += chunk.length;
  }
  return {
    count: parts.length,
    column: Int32Array.from(parts, (b) => b.column),
    row: Int32Array.from(parts, (b) => b.row),
    columnFactor: Int32Array.from(parts, (b) => b.columnFactor),
    rowFactor: Int32Array.from(parts, (b) => b.rowFactor),
    offset: Int32Array.from(parts, (b) => b.offset),
    values,
  };
}

/** A_ll = sum w z z' per level, S x S. */
function ownBlocks(factor: Factor, weights: Float64Array | undefined): Float64Array {
  const { width: S, codes, columns } = factor;
  const out = new Float64Array(factor.levels * S * S);
  for (let s = 0; s < S; s++) {
    const zs = columns[s]!;
    for (let t = 0; t < S; t++) {
      const zt = columns[t]!;
      for (let i = 0; i < codes.length; i++) {
        let value = weights === undefined ? 1 : weights[i]!;
        if (zs !== null) value *= zs[i]!;
        if (zt !== null) value *= zt[i]!;
        out[codes[i]! * S * S + s + t * S]! += value;
      }
    }
  }
  return out;
}

/** sum w [x r]' z' per level, (p + 1) x S. */
function fixedBlocks(factor: Factor, model: Model, residual: Float64Array, p: number): Float64Array {
  const { width: S, codes, columns } = factor;
  const m = p + 1;
  const n = codes.length;
  const x = model.fixed.basis.values;
  const w = model.weights;
  const out = new Float64Array(factor.levels * m * S);
  for (let s = 0; s < S; s++) {
    const z = columns[s]!;
    for (let i = 0; i < n; i++) {
      const at = codes[i]! * m * S + s * m;
      let value = w === undefined ? 1 : w[i]!;
      if (z !== null) value *= z[i]!;
      for (let k = 0; k < p; k++) out[at + k]! += value * x[i + k * n]!;
      out[at + p]! += value * residual[i]!;
    }
  }
  return out;
}

interface PairBlocks {
  readonly left: Int32Array;
  readonly right: Int32Array;
  /** rows are the levels of the node that comes later */
  readonly values: Float64Array;
}

/** sum w z_f z_g' for the pairs of levels that occur together. */
function pairBlocks(
  f: Factor,
  g: Factor,
  weights: Float64Array | undefined,
  leftIsRow: (left: number, right: number) => boolean,
): PairBlocks {
  const order = rowsByLevel(f);
  const slot = new Int32Array(g.levels).fill(-1);
  const owner = new Int32Array(g.levels).fill(-1);
  const left: number[] = [];
  const right: number[] = [];
  const blockOf = new Int32Array(f.codes.length);
  for (let l = 0; l < f.levels; l++) {
    for (let r = order.pointers[l]!; r < order.pointers[l + 1]!; r++) {
      const i = order.rows[r]!;
      const k = g.codes[i]!;
      if (owner[k] !== l) {
        owner[k] = l;
        slot[k] = left.length;
        left.push(l);
        right.push(k);
      }
      blockOf[i] = slot[k]!;
    }
  }
  const size = f.width * g.width;
  const values = new Float64Array(left.length * size);
  const swapped = Uint8Array.from(left, (l, b) => (leftIsRow(l, right[b]!) ? 1 : 0));
  for (let s = 0; s < f.width; s++) {
    const zf = f.columns[s]!;
    for (let t = 0; t < g.width; t++) {
      const zg = g.columns[t]!;
      for (let i = 0; i < blockOf.length; i++) {
        const b = blockOf[i]!;
        let value = weights === undefined ? 1 : weights[i]!;
        if (zf !== null) value *= zf[i]!;
        if (zg !== null) value *= zg[i]!;
        values[b * size + (swapped[b] === 1 ? s + t * f.width : t + s * g.width)]! += value;
      }
    }
  }
  return { left: Int32Array.from(left), right: Int32Array.from(right), values };
}
