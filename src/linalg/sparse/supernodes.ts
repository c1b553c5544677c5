/**
 * Columns of a factor grouped into supernodes, in an order in which the columns of each are adjacent.
 */
export interface SupernodePartition {
  /** position in the given order of the node that comes k-th in the new order */
  readonly order: Int32Array;
  /** first node (new order) of each supernode, and the number of nodes */
  readonly starts: Int32Array;
  /** supernode that holds the first row below, -1 at roots; always larger */
  readonly parent: Int32Array;
  /** scalar rows of each supernode, its own columns included */
  readonly heights: Int32Array;
}

/**
 * Which zeros may be stored to have fewer, wider supernodes: a child joins its parent when the
 * result is at most `columns` wide and at most `zeros` of it is stored zeros, for any of the rules.
 */
export type Relaxation = readonly { readonly columns: number; readonly zeros: number }[];

/** The rules of thumb of supernodal codes: tiny ones generously, wide ones only when nearly free. */
const defaultRelaxation: Relaxation = [
  { columns: 8, zeros: 0.5 },
  { columns: 32, zeros: 0.25 },
  { columns: Number.POSITIVE_INFINITY, zeros: 0.05 },
];

/**
 * Supernodes with relaxed amalgamation (Ng & Peyton 1993, SIAM J. Sci. Comput. 14, 1034-1056; Ashcraft
 * & Grimes 1989, ACM Trans. Math. Softw. 15, 291-309).
 *
 * Maximal sets of adjacent columns with nested patterns are formed first; then any child (not only
 * the last) may join its parent under `relaxation`, for which columns are put in a new order. The
 * last `last` nodes keep their places. `parent` must be the elimination tree of a postordered
 * pattern, `counts` the scalar column counts and `widths` the scalar rows per node.
 */
export function partitionSupernodes(
  parent: Int32Array,
  counts: Int32Array,
  widths: Int32Array,
  last: number,
  relaxation: Relaxation = defaultRelaxation,
): SupernodePartition {
  const size = parent.length;
  const supernodeOf = new Int32Array(size);
  const firstNode: number[] = [];
  for (let k = 0; k < size; k++) {
    const extends_ = k > 0 && parent[k - 1] === k && counts[k - 1] === counts[k]! + widths[k - 1]!;
    if (!extends_) firstNode.push(k);
    supernodeOf[k] = firstNode.length - 1;
  }
  const count = firstNode.length;
  firstNode.push(size);

  // Per supernode, of the merged set for its top member: scalar columns, scalar rows, true entries.
  const columns = new Float64Array(count);
  const rows = new Float64Array(count);
  const entries = new Float64Array(count);
  const above = new Int32Array(count);
  const lowest = new Int32Array(count);
  for (let s = 0; s < count; s++) {
    for (let k = firstNode[s]!; k < firstNode[s + 1]!; k++) columns[s]! += widths[k]!;
    rows[s] = counts[firstNode[s]!]!;
    entries[s] = trapezoid(columns[s]!, rows[s]!);
    const up = parent[firstNode[s + 1]! - 1]!;
    above[s] = up < 0 ? -1 : supernodeOf[up]!;
    lowest[s] = firstNode[s]!;
  }

  const children = childLists(above);
  const joined = new Int32Array(count).fill(-1);
  for (let s = 0; s < count; s++) {
    const constrained = firstNode[s + 1]! > size - last;
    const candidates = children.of(s);
    candidates.sort((a, b) => rows[b]! - columns[b]! - (rows[a]! - columns[a]!) || b - a);
    for (const child of candidates) {
      // Constrained nodes stay at the end only if nothing joins them out of sequence.
      if (constrained && firstNode[child + 1] !== lowest[s]) continue;
      const mergedColumns = columns[s]! + columns[child]!;
      const mergedRows = rows[s]! + columns[child]!;
      const stored = trapezoid(mergedColumns, mergedRows);
      const zeros = 1 - (entries[s]! + entries[child]!) / stored;
      if (!relaxation.some((rule) => mergedColumns <= rule.columns && zeros <= rule.zeros)) continue;
      joined[child] = s;
      columns[s] = mergedColumns;
      rows[s] = mergedRows;
      entries[s]! += entries[child]!;
      if (constrained) lowest[s] = lowest[child]!;
    }
  }
  return arrangeSupernodes(supernodeOf, above, joined, rows);
}

function trapezoid(columns: number, rows: number): number {
  return columns * rows - (columns * (columns - 1)) / 2;
}

interface ChildLists {
  of(parent: number): number[];
}

function childLists(parent: Int32Array): ChildLists {
  const first = new Int32Array(parent.length).fill(-1);
  const sibling = new Int32Array(parent.length).fill(-1);
  for (let s = parent.length - 1; s >= 0; s--) {
    const up = parent[s]!;
    if (up < 0) continue;
    sibling[s] = first[up]!;
    first[up] = s;
  }
  return {
    of(up: number): number[] {
      const list: number[] = [];
      for (let s = first[up]!; s >= 0; s = sibling[s]!) list.push(s);
      return list;
    },
  };
}

/** Renumbers the merged supernodes in postorder and lists their columns. */
function arrangeSupernodes(
  supernodeOf: Int32Array,
  above: Int32Array,
  joined: Int32Array,
  rows: Float64Array,
): SupernodePartition {
  const count = above.length;
  // Joins go upwards, so the top of a merged set is known once its upper neighbor's is.
  const top = new Int32Array(count);
  for (let s = count - 1; s >= 0; s--) top[s] = joined[s]! < 0 ? s : top[joined[s]!]!;
  const number = new Int32Array(count).fill(-1);
  const tops: number[] = [];
  visitTops(above, top, (s) => {
    number[s] = tops.length;
    tops.push(s);
  });

  const starts = new Int32Array(tops.length + 1);
  for (const s of supernodeOf) starts[number[top[s]!]! + 1]!++;
  for (let s = 0; s < tops.length; s++) starts[s + 1]! += starts[s]!;
  const next = starts.slice(0, tops.length);
  const order = new Int32Array(supernodeOf.length);
  for (let k = 0; k < supernodeOf.length; k++) order[next[number[top[supernodeOf[k]!]!]!]!++] = k;

  const parent = new Int32Array(tops.length);
  const heights = new Int32Array(tops.length);
  tops.forEach((s, renumbered) => {
    parent[renumbered] = above[s]! < 0 ? -1 : number[top[above[s]!]!]!;
    heights[renumbered] = rows[s]!;
  });
  return { order, starts, parent, heights };
}

/** Calls back for the top of every merged set, children before parents, siblings ascending. */
function visitTops(above: Int32Array, top: Int32Array, visit: (supernode: number) => void): void {
  const count = above.length;
  const parent = new Int32Array(count);
  for (let s = 0; s < count; s++) parent[s] = top[s] !== s ? -2 : above[s]! < 0 ? -1 : top[above[s]!]!;
  const first = new Int32Array(count + 1).fill(-1);
  const sibling = new Int32Array(count).fill(-1);
  for (let s = count - 1; s >= 0; s--) {
    if (parent[s] === -2) continue;
    const list = parent[s]! < 0 ? count : parent[s]!;
    sibling[s] = first[list]!;
    first[list] = s;
  }
  for (let root = first[count]!; root >= 0; root = sibling[root]!) {
    let s = root;
    for (;;) {
      while (first[s]! >= 0) s = first[s]!;
      visit(s);
      while (s !== root && sibling[s]! < 0) {
        s = parent[s]!;
        visit(s);
      }
      if (s === root) break;
      s = sibling[s]!;
    }
  }
}
