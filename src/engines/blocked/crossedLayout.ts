// Where everything goes: the leaf's levels are eliminated one by one; what that couples is a sparse system over
// the levels ("nodes") of the other factors, with the fixed columns X~ and the response r at the very end.

import { patternFromCliques, withDenseTail } from "../../linalg/sparse/pattern.ts";
import { analyze, type SymbolicFactor } from "../../linalg/sparse/symbolic.ts";
import type { Factor } from "../factors.ts";

export interface CrossedLayout {
  /** factor 0 is the leaf */
  readonly factors: readonly Factor[];
  /** p */
  readonly fixedColumns: number;
  readonly symbolic: SymbolicFactor;
  /** random-effect scalars of factors 1.. together; X~ and r follow at positions randomSize .. randomSize + p */
  readonly randomSize: number;
  /** factor of each random scalar position */
  readonly factorAt: Int32Array;
  /**
   * Per factor, where the scalars of each level start: in the factor's order for factors 1.., and level * S0 for
   * the leaf, which has its own vectors.
   */
  readonly starts: readonly Int32Array[];
  readonly rowsOfLeaf: RowsOfLevels;
  /** the distinct levels of factors 1.. that occur with each leaf level, by position */
  readonly cliques: Cliques;
}

/** Rows of the data grouped by level, ascending within. */
export interface RowsOfLevels {
  /** first row of each level in `rows`, length levels + 1 */
  readonly pointers: Int32Array;
  readonly rows: Int32Array;
}

export interface Cliques {
  /** length leaf levels + 1 */
  readonly pointers: Int32Array;
  /** scalar positions at which the members start, ascending within a clique */
  readonly members: Int32Array;
}

/** Lays out the elimination; the order of the nodes is chosen to keep the factor sparse. */
export function crossedLayout(factors: readonly Factor[], p: number): CrossedLayout {
  const nodeBase = new Int32Array(factors.length + 1);
  for (let f = 1; f < factors.length; f++) nodeBase[f + 1] = nodeBase[f]! + factors[f]!.levels;
  const nodeCount = nodeBase[factors.length]!;
  const tail = p > 0 ? 2 : 1;
  const widths = new Int32Array(nodeCount + tail);
  for (let f = 1; f < factors.length; f++) widths.fill(factors[f]!.width, nodeBase[f]!, nodeBase[f + 1]!);
  if (p > 0) widths[nodeCount] = p;
  widths[nodeCount + tail - 1] = 1;

  const rowsOfLeaf = rowsOfLevels(factors[0]!);
  const nodes = leafCliques(factors, nodeBase, nodeCount, rowsOfLeaf);
  const pattern = patternFromCliques(nodeCount, nodes.pointers, nodes.members);
  const symbolic = analyze(withDenseTail(pattern, tail), { widths, last: tail });

  const nodePosition = new Int32Array(nodeCount);
  let randomSize = 0;
  for (let v = 0; v < nodeCount; v++) {
    nodePosition[v] = symbolic.permutation[randomSize]!;
    randomSize += widths[v]!;
  }
  const factorAt = new Int32Array(randomSize);
  for (let f = 1; f < factors.length; f++) {
    for (let v = nodeBase[f]!; v < nodeBase[f + 1]!; v++) {
      factorAt.fill(f, nodePosition[v]!, nodePosition[v]! + widths[v]!);
    }
  }
  const { levels, width } = factors[0]!;
  const leafStarts = new Int32Array(levels);
  for (let l = 0; l < levels; l++) leafStarts[l] = l * width;
  const starts = factors.map((_, f) =>
    f === 0 ? leafStarts : nodePosition.subarray(nodeBase[f]!, nodeBase[f + 1]!),
  );
  return {
    factors,
    fixedColumns: p,
    symbolic,
    randomSize,
    factorAt,
    starts,
    rowsOfLeaf,
    cliques: byPosition(nodes, nodePosition),
  };
}

/** Groups the rows of the data by level, in linear time. */
export function rowsOfLevels(factor: Factor): RowsOfLevels {
  const { codes, levels } = factor;
  const pointers = new Int32Array(levels + 1);
  for (let i = 0; i < codes.length; i++) pointers[codes[i]! + 1]!++;
  for (let j = 0; j < levels; j++) pointers[j + 1]! += pointers[j]!;
  const next = pointers.slice(0, levels);
  const rows = new Int32Array(codes.length);
  for (let i = 0; i < codes.length; i++) rows[next[codes[i]!]!++] = i;
  return { pointers, rows };
}

/** The distinct nodes that occur with each leaf level. */
function leafCliques(
  factors: readonly Factor[],
  nodeBase: Int32Array,
  nodeCount: number,
  rowsOfLeaf: RowsOfLevels,
): Cliques {
  const { pointers: from, rows } = rowsOfLeaf;
  const levels = from.length - 1;
  const seen = new Int32Array(nodeCount).fill(-1);
  const pointers = new Int32Array(levels + 1);
  const members = new Int32Array(rows.length * (factors.length - 1));
  let count = 0;
  for (let j = 0; j < levels; j++) {
    for (let f = 1; f < factors.length; f++) {
      const { codes } = factors[f]!;
      const base = nodeBase[f]!;
      for (let r = from[j]!; r < from[j + 1]!; r++) {
        const v = base + codes[rows[r]!]!;
        if (seen[v] === j) continue;
        seen[v] = j;
        members[count++] = v;
      }
    }
    pointers[j + 1] = count;
  }
  return { pointers, members: members.slice(0, count) };
}

/** The cliques as positions. */
function byPosition({ pointers, members: nodes }: Cliques, nodePosition: Int32Array): Cliques {
  const members = new Int32Array(nodes.length);
  for (let e = 0; e < nodes.length; e++) members[e] = nodePosition[nodes[e]!]!;
  for (let j = 0; j + 1 < pointers.length; j++) sortRange(members, pointers[j]!, pointers[j + 1]!);
  return { pointers, members };
}

/** Insertion sort where lists are short, as most are. */
function sortRange(values: Int32Array, from: number, to: number): void {
  if (to - from > 48) {
    values.subarray(from, to).sort();
    return;
  }
  for (let i = from + 1; i < to; i++) {
    const value = values[i]!;
    let k = i - 1;
    while (k >= from && values[k]! > value) {
      values[k + 1] = values[k]!;
      k--;
    }
    values[k + 1] = value;
  }
}
