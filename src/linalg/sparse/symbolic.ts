import { HendersonError } from "../../base/errors.ts";
import { columnCounts } from "./columnCounts.ts";
import { eliminationTree, postorder } from "./eliminationTree.ts";
import { minimumDegree } from "./minimumDegree.ts";
import { type SymmetricPattern, withTrailingPath } from "./pattern.ts";
import { partitionSupernodes, type Relaxation, type SupernodePartition } from "./supernodes.ts";

export interface AnalyzeOptions {
  /** scalar rows of each node, length pattern.size, at least 1; default all 1 */
  readonly widths?: Int32Array;
  /** how many trailing nodes are eliminated last, in their given order; default 0 */
  readonly last?: number;
  /** order of elimination to use (entry k is the k-th node) instead of minimum degree */
  readonly ordering?: Int32Array;
  /** when to store zeros for the sake of wider supernodes */
  readonly relaxation?: Relaxation;
  /** scalar columns above which a supernode is split in equal parts; default 256 */
  readonly maximumColumns?: number;
}

/**
 * Where everything goes in a supernodal Cholesky factor L, A = P' L L' P: the part of the work that
 * depends on the pattern only. Plain arrays; shared by any number of numeric factors.
 *
 * Scalar row r of A is row `permutation[r]` of L. Supernode s has the scalar columns
 * `starts[s] .. starts[s + 1] - 1`, and its rows are `rows[rowPointers[s] .. rowPointers[s + 1] - 1]`,
 * ascending, its own columns first. Its panel is a dense column-major trapezoid with one row per
 * entry of that list (also the leading dimension) at `panelOffsets[s]` doubles.
 */
export interface SymbolicFactor {
  /** scalar rows */
  readonly size: number;
  /** position in L of every scalar row of A (the scalars of node 0 first, then those of node 1, ...) */
  readonly permutation: Int32Array;
  /** scalar row of A at every position: the inverse of `permutation` */
  readonly inversePermutation: Int32Array;
  readonly supernodeCount: number;
  /** length supernodeCount + 1 */
  readonly starts: Int32Array;
  /** supernode of every scalar position */
  readonly supernodeOf: Int32Array;
  /** length supernodeCount + 1 */
  readonly rowPointers: Int32Array;
  readonly rows: Int32Array;
  /** length supernodeCount + 1, in doubles, each even; float64 because panels may exceed 2^31 */
  readonly panelOffsets: Float64Array;
  /** doubles of all panels together */
  readonly panelDoubles: number;
  /** entries in the lower triangle of L that are stored (explicit zeros of relaxed supernodes included) */
  readonly nonzeros: number;
  /** multiplications and additions of one factorization: the sum of squared column counts */
  readonly flops: number;
  readonly maximumRows: number;
  readonly maximumColumns: number;
  /** doubles of the largest update one supernode gives to another, at least maximumRows */
  readonly updateDoubles: number;
}

/**
 * Symbolic analysis: fill-reducing order, elimination tree, column counts, relaxed supernodes, rows.
 *
 * Limits: fewer than 2^31 entries in the pattern and in the row lists (these are much fewer than
 * the nonzeros of L, which may exceed 2^31).
 *
 * @throws HendersonError sparse/not-an-ordering, sparse/too-large
 */
export function analyze(pattern: SymmetricPattern, options: AnalyzeOptions = {}): SymbolicFactor {
  const size = pattern.size;
  const last = Math.min(options.last ?? 0, size);
  const widths = options.widths ?? new Int32Array(size).fill(1);
  const graph = withTrailingPath(pattern, size - last);
  const order = options.ordering ?? minimumDegree(graph, { last, widths });
  requireOrdering(order, size, last);

  const initialTree = eliminationTree(graph, order, inverse(order));
  const post = postorder(initialTree);
  const postOrder = permuted(order, post);
  const tree = relabeledTree(initialTree, post);
  const postWidths = permuted(widths, postOrder);
  const counts = columnCounts(graph, postOrder, inverse(postOrder), tree, postWidths);
  const partition = partitionSupernodes(tree, counts, postWidths, last, options.relaxation);
  const finalOrder = permuted(postOrder, partition.order);
  return layOut(graph, finalOrder, widths, partition, options.maximumColumns ?? 256);
}

function inverse(order: Int32Array): Int32Array {
  const position = new Int32Array(order.length);
  for (let k = 0; k < order.length; k++) position[order[k]!] = k;
  return position;
}

function permuted(values: Int32Array, order: Int32Array): Int32Array {
  const result = new Int32Array(order.length);
  for (let k = 0; k < order.length; k++) result[k] = values[order[k]!]!;
  return result;
}

function relabeledTree(parent: Int32Array, order: Int32Array): Int32Array {
  const position = inverse(order);
  const result = new Int32Array(parent.length);
  for (let k = 0; k < order.length; k++) {
    const above = parent[order[k]!]!;
    result[k] = above < 0 ? -1 : position[above]!;
  }
  return result;
}

function requireOrdering(order: Int32Array, size: number, last: number): void {
  const seen = new Uint8Array(size);
  let valid = order.length === size;
  for (let k = 0; valid && k < size; k++) {
    const node = order[k]!;
    valid = node >= 0 && node < size && seen[node] === 0 && (k < size - last || node === k);
    if (valid) seen[node] = 1;
  }
  if (valid) return;
  throw new HendersonError(
    "sparse/not-an-ordering",
    `the elimination order does not name each of ${size} rows once`,
    {
      hint: "leave it out to have one computed",
    },
  );
}

/** Row lists by walking row subtrees of the supernodal tree, expanded to scalars; then splits and panels. */
function layOut(
  graph: SymmetricPattern,
  order: Int32Array,
  widths: Int32Array,
  partition: SupernodePartition,
  maximumColumns: number,
): SymbolicFactor {
  const nodeCount = graph.size;
  const position = inverse(order);
  const scalarStart = new Int32Array(nodeCount + 1);
  for (let k = 0; k < nodeCount; k++) scalarStart[k + 1] = scalarStart[k]! + widths[order[k]!]!;
  const size = scalarStart[nodeCount]!;
  const wholeRows = supernodeRows(graph, order, position, scalarStart, partition);

  const starts: number[] = [];
  const rowStarts: number[] = [];
  for (let s = 0; s < partition.parent.length; s++) {
    const first = scalarStart[partition.starts[s]!]!;
    const end = scalarStart[partition.starts[s + 1]!]!;
    const parts = Math.ceil((end - first) / maximumColumns);
    for (let part = 0; part < parts; part++) {
      const from = first + Math.round(((end - first) * part) / parts);
      starts.push(from);
      rowStarts.push(wholeRows.pointers[s]! + from - first);
    }
  }
  const supernodeCount = starts.length;
  starts.push(size);
  const wholeOf = new Int32Array(supernodeCount);
  for (let s = 0, whole = 0; s < supernodeCount; s++) {
    while (wholeRows.pointers[whole + 1]! <= rowStarts[s]!) whole++;
    wholeOf[s] = whole;
  }

  const rowPointers = new Int32Array(supernodeCount + 1);
  const panelOffsets = new Float64Array(supernodeCount + 1);
  let nonzeros = 0;
  let flops = 0;
  let maximumRows = 0;
  let widest = 0;
  let rowCount = 0;
  for (let s = 0; s < supernodeCount; s++) {
    const columns = starts[s + 1]! - starts[s]!;
    const rows = wholeRows.pointers[wholeOf[s]! + 1]! - rowStarts[s]!;
    rowCount += rows;
    requireAddressable(rowCount, size);
    rowPointers[s + 1] = rowCount;
    // Even offsets keep every panel on a 16-byte boundary.
    panelOffsets[s + 1] = panelOffsets[s]! + Math.ceil((columns * rows) / 2) * 2;
    nonzeros += columns * rows - (columns * (columns - 1)) / 2;
    for (let j = 0; j < columns; j++) flops += (rows - j) ** 2;
    maximumRows = Math.max(maximumRows, rows);
    widest = Math.max(widest, columns);
  }
  const rows = new Int32Array(rowCount);
  const supernodeOf = new Int32Array(size);
  for (let s = 0; s < supernodeCount; s++) {
    rows.set(wholeRows.rows.subarray(rowStarts[s]!, wholeRows.pointers[wholeOf[s]! + 1]!), rowPointers[s]!);
    supernodeOf.fill(s, starts[s]!, starts[s + 1]!);
  }

  const inversePermutation = new Int32Array(size);
  const permutation = new Int32Array(size);
  let scalar = 0;
  for (let node = 0; node < nodeCount; node++) {
    for (let a = 0; a < widths[node]!; a++, scalar++) {
      const at = scalarStart[position[node]!]! + a;
      permutation[scalar] = at;
      inversePermutation[at] = scalar;
    }
  }
  return {
    size,
    permutation,
    inversePermutation,
    supernodeCount,
    starts: Int32Array.from(starts),
    supernodeOf,
    rowPointers,
    rows,
    panelOffsets,
    panelDoubles: panelOffsets[supernodeCount]!,
    nonzeros,
    flops,
    maximumRows,
    maximumColumns: widest,
    updateDoubles: Math.max(maximumRows, largestUpdate(rows, rowPointers, starts, supernodeOf)),
  };
}

interface RowLists {
  readonly pointers: Int32Array;
  readonly rows: Int32Array;
}

/** Scalar rows of every (unsplit) supernode, ascending. */
function supernodeRows(
  graph: SymmetricPattern,
  order: Int32Array,
  position: Int32Array,
  scalarStart: Int32Array,
  partition: SupernodePartition,
): RowLists {
  const count = partition.parent.length;
  const pointers = new Int32Array(count + 1);
  const ownerOf = new Int32Array(graph.size);
  let total = 0;
  for (let s = 0; s < count; s++) {
    total += partition.heights[s]!;
    requireAddressable(total, scalarStart[graph.size]!);
    pointers[s + 1] = total;
    ownerOf.fill(s, partition.starts[s]!, partition.starts[s + 1]!);
  }
  const rows = new Int32Array(total);
  const next = pointers.slice(0, count);
  for (let s = 0; s < count; s++) {
    const first = scalarStart[partition.starts[s]!]!;
    const end = scalarStart[partition.starts[s + 1]!]!;
    for (let r = first; r < end; r++) rows[next[s]!++] = r;
  }
  // Row k is in every supernode between that of a neighbor below and its own: rows arrive ascending.
  const visited = new Int32Array(count).fill(-1);
  for (let k = 0; k < graph.size; k++) {
    const own = ownerOf[k]!;
    visited[own] = k;
    const node = order[k]!;
    for (let p = graph.pointers[node]!; p < graph.pointers[node + 1]!; p++) {
      const i = position[graph.indices[p]!]!;
      if (i > k) continue;
      for (let s = ownerOf[i]!; visited[s] !== k; s = partition.parent[s]!) {
        visited[s] = k;
        for (let r = scalarStart[k]!; r < scalarStart[k + 1]!; r++) rows[next[s]!++] = r;
      }
    }
  }
  return { pointers, rows };
}

/** Largest (rows from the first in an ancestor's columns on) x (rows in these columns). */
function largestUpdate(
  rows: Int32Array,
  rowPointers: Int32Array,
  starts: ArrayLike<number>,
  supernodeOf: Int32Array,
): number {
  let largest = 0;
  for (let s = 0; s + 1 < rowPointers.length; s++) {
    const end = rowPointers[s + 1]!;
    let p = rowPointers[s]! + starts[s + 1]! - starts[s]!;
    while (p < end) {
      const boundary = starts[supernodeOf[rows[p]!]! + 1]!;
      const first = p;
      while (p < end && rows[p]! < boundary) p++;
      largest = Math.max(largest, (end - first) * (p - first));
    }
  }
  return largest;
}

function requireAddressable(count: number, size: number): void {
  if (count < 2 ** 31) return;
  throw new HendersonError(
    "sparse/too-large",
    `the factor of a sparse matrix of ${size} rows needs over 2^31 row indices`,
    {
      hint: "use an iterative solution, or fewer dense columns",
    },
  );
}
