import type { SymmetricPattern } from "./pattern.ts";

/**
 * State of a minimum degree elimination (Amestoy, Davis & Duff 1996, section 2): variables still to be
 * eliminated, and elements, which are eliminated pivots standing for the cliques L_e they left.
 *
 * Variables and elements share ids and one array of lists: the variables L_e of an element, or the
 * elements E_i followed by the variables A_i next to a variable. Nodes found to have the same
 * neighbors are merged into one supervariable.
 */
export interface QuotientGraph {
  readonly size: number;
  /** scalar rows of all nodes to be ordered */
  readonly totalWeight: number;
  /** nodes left out as dense, in the order they are to be eliminated */
  readonly dense: Int32Array;
  readonly lists: Int32Array;
  /** number of list entries in use */
  listEnd: number;
  /** where the list of each variable or element starts, and how long it is */
  readonly start: Int32Array;
  readonly length: Int32Array;
  /** |E_i| of a variable; -1 for an element or a node merged into another */
  readonly elementCount: Int32Array;
  /** scalar rows of a supervariable, negative while it is in the current L_p; 0 once merged into another node */
  readonly weight: Int32Array;
  /** node this one was merged into, or -1 */
  readonly mergedInto: Int32Array;
  /** bound on the external degree d_i of a variable; |L_e| of an element (scalar rows) */
  readonly degree: Int32Array;
  /** 0 for an absorbed element; otherwise a stamp, or stamp + |L_e \ L_p| */
  readonly mark: Int32Array;
  /** larger than every mark when a pivot starts */
  stamp: number;
  /** variables of each degree as doubly linked lists, -1 ends */
  readonly degreeHead: Int32Array;
  readonly next: Int32Array;
  readonly previous: Int32Array;
  /** no variable has a smaller degree */
  minimum: number;
  /** variables of L_p by the hash of their lists */
  readonly hashHead: Int32Array;
  readonly hashNext: Int32Array;
  readonly hashOf: Int32Array;
  /** scalar rows eliminated so far */
  eliminated: number;
  largestElement: number;
}

/** The graph of the first `size` nodes of a pattern, nodes with over max(1000, 10 sqrt(size)) neighbors left out. */
export function createQuotientGraph(
  pattern: SymmetricPattern,
  size: number,
  widths: Int32Array | undefined,
): QuotientGraph {
  const { pointers, indices } = pattern;
  const neighborCount = (i: number): number => pointers[i + 1]! - pointers[i]!;
  const limit = Math.max(1000, 10 * Math.sqrt(size));
  const weight = new Int32Array(size);
  const dense: number[] = [];
  let totalWeight = 0;
  let entries = 0;
  for (let i = 0; i < size; i++) {
    if (neighborCount(i) > limit) {
      dense.push(i);
      continue;
    }
    weight[i] = widths === undefined ? 1 : widths[i]!;
    totalWeight += weight[i]!;
    entries += neighborCount(i);
  }
  dense.sort((a, b) => neighborCount(a) - neighborCount(b) || a - b);

  // A new element is written before the lists it replaces are given up: there must be room for one of full size.
  const lists = new Int32Array(entries + Math.floor(entries / 5) + size + 1);
  const start = new Int32Array(size);
  const length = new Int32Array(size);
  const degree = new Int32Array(size);
  let end = 0;
  for (let i = 0; i < size; i++) {
    start[i] = end;
    if (weight[i] === 0) continue;
    let d = 0;
    for (let p = pointers[i]!; p < pointers[i + 1]!; p++) {
      const j = indices[p]!;
      if (j >= size || weight[j] === 0) continue;
      lists[end++] = j;
      d += weight[j]!;
    }
    length[i] = end - start[i]!;
    degree[i] = d;
  }
  const graph: QuotientGraph = {
    size,
    totalWeight,
    dense: Int32Array.from(dense),
    lists,
    listEnd: end,
    start,
    length,
    elementCount: new Int32Array(size),
    weight,
    mergedInto: new Int32Array(size).fill(-1),
    degree,
    mark: new Int32Array(size).fill(1),
    stamp: 2,
    degreeHead: new Int32Array(totalWeight + 1).fill(-1),
    next: new Int32Array(size),
    previous: new Int32Array(size),
    minimum: 0,
    hashHead: new Int32Array(size).fill(-1),
    hashNext: new Int32Array(size),
    hashOf: new Int32Array(size),
    eliminated: 0,
    largestElement: 0,
  };
  // Degree lists are last in, first out: filled from the end, ties go to the first node.
  for (let i = size - 1; i >= 0; i--) if (weight[i] !== 0) enterDegreeList(graph, i, degree[i]!);
  return graph;
}

/** Puts variable i in front of the list of degree d. */
export function enterDegreeList(graph: QuotientGraph, i: number, d: number): void {
  const { degreeHead, next, previous, degree } = graph;
  const head = degreeHead[d]!;
  degree[i] = d;
  next[i] = head;
  previous[i] = -1;
  if (head >= 0) previous[head] = i;
  degreeHead[d] = i;
  if (d < graph.minimum) graph.minimum = d;
}

/** Takes variable i out of the list of its degree. */
export function leaveDegreeList(graph: QuotientGraph, i: number): void {
  const { degreeHead, next, previous, degree } = graph;
  const after = next[i]!;
  const before = previous[i]!;
  if (after >= 0) previous[after] = before;
  if (before >= 0) next[before] = after;
  else degreeHead[degree[i]!] = after;
}

/** Records that a node needs no list of its own any more because it goes with another. */
export function mergeNode(graph: QuotientGraph, node: number, into: number): void {
  graph.weight[node] = 0;
  graph.elementCount[node] = -1;
  graph.length[node] = 0;
  graph.mergedInto[node] = into;
}

/** Moves the lists that are still needed together at the front, in their present order. */
export function compactLists(graph: QuotientGraph): void {
  const { size, lists, start, length, elementCount, weight, mark } = graph;
  // The first entry of each list is exchanged for a label of its owner, so that one sweep finds them all.
  for (let i = 0; i < size; i++) {
    const live = elementCount[i]! >= 0 ? weight[i] !== 0 : mark[i] !== 0;
    if (!live || length[i] === 0) continue;
    const p = start[i]!;
    start[i] = lists[p]!;
    lists[p] = -i - 1;
  }
  let to = 0;
  let from = 0;
  while (from < graph.listEnd) {
    const label = lists[from++]!;
    if (label >= 0) continue;
    const i = -label - 1;
    const first = start[i]!;
    start[i] = to;
    lists[to++] = first;
    for (let k = 1; k < length[i]!; k++) lists[to++] = lists[from++]!;
  }
  graph.listEnd = to;
}
