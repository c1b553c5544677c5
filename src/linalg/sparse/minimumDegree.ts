import type { SymmetricPattern } from "./pattern.ts";

/*
 * Approximate minimum degree ordering: Amestoy, Davis & Duff (1996), SIAM J. Matrix Anal. Appl. 17,
 * 886-905. Symbols of the paper: element e is an eliminated pivot, L_e its variables, E_i and A_i
 * the elements and variables next to variable i; d_i is their equation (2) with the external
 * degrees |L_e \ L_p| of Algorithm 2.
 */

export interface MinimumDegreeOptions {
  /** How many trailing nodes come last, in their given order; default 0. They are left out of the degrees. */
  readonly last?: number;
  /** Scalar rows each node stands for, length size; default all 1. */
  readonly widths?: Int32Array;
}

/**
 * Fill-reducing order of elimination: entry k is the node that is eliminated k-th.
 *
 * Deterministic. Nodes with very many neighbors (over 10 sqrt(size), at least 1000) are put last
 * before the constrained ones, by degree: they cost time and fill in anyway. Memory is about
 * 1.2 |indices| + 12 size integers; the pattern is not changed.
 */
export function minimumDegree(pattern: SymmetricPattern, options: MinimumDegreeOptions = {}): Int32Array {
  const last = Math.min(options.last ?? 0, pattern.size);
  const graph = quotientGraph(pattern, pattern.size - last, options.widths);
  const pivots = eliminate(graph);
  const order = new Int32Array(pattern.size);
  const end = writeOrder(graph, pivots, order);
  order.set(graph.dense, end);
  for (let i = pattern.size - last; i < pattern.size; i++) order[i] = i;
  return order;
}

/** Variables and elements share ids and one array of lists; L_e, or E_i followed by A_i. */
interface QuotientGraph {
  readonly size: number;
  /** sum of widths of the nodes to be ordered */
  readonly totalWeight: number;
  readonly lists: Int32Array;
  /** start and length of the list of each variable or element */
  readonly start: Int32Array;
  readonly length: Int32Array;
  /** how many entries of a variable's list are elements; -1 for an element or a node that is gone */
  readonly elementCount: Int32Array;
  /** scalar rows in a supervariable; 0 once it is merged into another node, negative while in the current L_p */
  readonly weight: Int32Array;
  /** node this one was merged into, or -1 */
  readonly mergedInto: Int32Array;
  /** nodes left out as dense, in the order they are to be eliminated */
  readonly dense: Int32Array;
  /** number of list entries in use */
  listEnd: number;
}

function quotientGraph(
  pattern: SymmetricPattern,
  size: number,
  widths: Int32Array | undefined,
): QuotientGraph {
  const { pointers, indices } = pattern;
  const limit = Math.max(1000, 10 * Math.sqrt(size));
  const weight = new Int32Array(size);
  const denseNodes: number[] = [];
  let totalWeight = 0;
  for (let i = 0; i < size; i++) {
    if (pointers[i + 1]! - pointers[i]! > limit) denseNodes.push(i);
    else {
      weight[i] = widths === undefined ? 1 : widths[i]!;
      totalWeight += weight[i]!;
    }
  }
  denseNodes.sort((a, b) => pointers[a + 1]! - pointers[a]! - (pointers[b + 1]! - pointers[b]!) || a - b);

  const start = new Int32Array(size);
  const length = new Int32Array(size);
  let entries = 0;
  for (let i = 0; i < size; i++) {
    if (weight[i] === 0) continue;
    for (let p = pointers[i]!; p < pointers[i + 1]!; p++) {
      if (indices[p]! < size && weight[indices[p]!] !== 0) entries++;
    }
  }
  // A new element is written before the old lists are given up: room for one of full size is needed.
  const lists = new Int32Array(entries + Math.floor(entries / 5) + size + 1);
  let end = 0;
  for (let i = 0; i < size; i++) {
    start[i] = end;
    if (weight[i] === 0) continue;
    for (let p = pointers[i]!; p < pointers[i + 1]!; p++) {
      const j = indices[p]!;
      if (j < size && weight[j] !== 0) lists[end++] = j;
    }
    length[i] = end - start[i]!;
  }
  return {
    size,
    totalWeight,
    lists,
    start,
    length,
    elementCount: new Int32Array(size),
    weight,
    mergedInto: new Int32Array(size).fill(-1),
    dense: Int32Array.from(denseNodes),
    listEnd: end,
  };
}

/** Runs the elimination; returns the pivots in order (the nodes merged into them follow them). */
function eliminate(graph: QuotientGraph): Int32Array {
  const { size, totalWeight, lists, start, length, elementCount, weight, mergedInto } = graph;
  const pivots = new Int32Array(size);
  let pivotCount = 0;
  /** variable: bound d_i on the external degree; element: |L_e| */
  const degree = new Int32Array(size);
  /** 0: element gone; >= stamp: stamp + |L_e \ L_p| (elements), or seen in this comparison */
  const mark = new Int32Array(size).fill(1);
  let stamp = 2;
  const degreeHead = new Int32Array(totalWeight + 1).fill(-1);
  const next = new Int32Array(size).fill(-1);
  const previous = new Int32Array(size).fill(-1);
  const hashHead = new Int32Array(size).fill(-1);
  const hashNext = new Int32Array(size).fill(-1);
  const hashOf = new Int32Array(size);
  let minimum = 0;
  let eliminated = 0;
  let largestElement = 0;

  for (let i = 0; i < size; i++) {
    if (weight[i] === 0) continue;
    let d = 0;
    for (let p = start[i]!; p < start[i]! + length[i]!; p++) d += weight[lists[p]!]!;
    degree[i] = d;
  }
  // Lists are last in, first out: filling from the end lets ties go to the first node.
  for (let i = size - 1; i >= 0; i--) {
    if (weight[i] === 0) continue;
    const head = degreeHead[degree[i]!]!;
    next[i] = head;
    if (head >= 0) previous[head] = i;
    degreeHead[degree[i]!] = i;
  }

  while (eliminated < totalWeight) {
    while (degreeHead[minimum]! < 0) minimum++;
    const pivot = degreeHead[minimum]!;
    degreeHead[minimum] = next[pivot]!;
    if (next[pivot]! >= 0) previous[next[pivot]!] = -1;
    pivots[pivotCount++] = pivot;
    let pivotWeight = weight[pivot]!;
    eliminated += pivotWeight;
    weight[pivot] = -pivotWeight;

    // L_p = A_p and the L_e of all e in E_p, which are absorbed. In place when E_p is empty.
    const ownElements = elementCount[pivot]!;
    const ownStart = start[pivot]!;
    const ownLength = length[pivot]!;
    let elementStart = ownStart;
    let end = ownStart;
    if (ownElements > 0) {
      let bound = ownLength - ownElements;
      for (let p = ownStart; p < ownStart + ownElements; p++) bound += length[lists[p]!]!;
      if (graph.listEnd + Math.min(bound, size) > lists.length) compactLists(graph, mark);
      elementStart = graph.listEnd;
      end = elementStart;
    }
    const firstList = start[pivot]!;
    let elementWeight = 0;
    for (let source = 0; source <= ownElements; source++) {
      let from = firstList + ownElements;
      let count = ownLength - ownElements;
      if (source < ownElements) {
        const e = lists[firstList + source]!;
        from = start[e]!;
        count = length[e]!;
        mark[e] = 0;
        length[e] = 0;
      }
      for (let p = from; p < from + count; p++) {
        const i = lists[p]!;
        const w = weight[i]!;
        if (w <= 0) continue;
        elementWeight += w;
        weight[i] = -w;
        lists[end++] = i;
        const after = next[i]!;
        const before = previous[i]!;
        if (after >= 0) previous[after] = before;
        if (before >= 0) next[before] = after;
        else degreeHead[degree[i]!] = after;
      }
    }
    start[pivot] = elementStart;
    length[pivot] = end - elementStart;
    elementCount[pivot] = -1;
    if (ownElements > 0) graph.listEnd = end;

    if (stamp > 2 ** 31 - 2 - 2 * totalWeight - size) {
      for (let i = 0; i < size; i++) if (mark[i] !== 0) mark[i] = 1;
      stamp = 2;
    }

    // mark[e] = stamp + |L_e \ L_p| for every element next to L_p (Algorithm 2).
    for (let q = elementStart; q < end; q++) {
      const i = lists[q]!;
      const w = -weight[i]!;
      const stop = start[i]! + elementCount[i]!;
      for (let p = start[i]!; p < stop; p++) {
        const e = lists[p]!;
        const m = mark[e]!;
        if (m >= stamp) mark[e] = m - w;
        else if (m !== 0) mark[e] = degree[e]! + stamp - w;
      }
    }

    // Degrees of L_p; elements inside L_p are absorbed; variables with nothing else go with the pivot.
    for (let q = elementStart; q < end; q++) {
      const i = lists[q]!;
      const from = start[i]!;
      const elementsEnd = from + elementCount[i]!;
      const listEnd = from + length[i]!;
      let to = from;
      let hash = 0;
      let d = 0;
      for (let p = from; p < elementsEnd; p++) {
        const e = lists[p]!;
        const outside = mark[e]! - stamp;
        if (outside > 0) {
          d += outside;
          lists[to++] = e;
          hash = (hash + e) | 0;
        } else mark[e] = 0;
      }
      const keptElements = to - from;
      const variablesStart = to;
      for (let p = elementsEnd; p < listEnd; p++) {
        const j = lists[p]!;
        const w = weight[j]!;
        if (w <= 0) continue;
        d += w;
        lists[to++] = j;
        hash = (hash + j) | 0;
      }
      if (d === 0 && keptElements === 0 && to === variablesStart) {
        const w = -weight[i]!;
        elementWeight -= w;
        pivotWeight += w;
        eliminated += w;
        weight[i] = 0;
        elementCount[i] = -1;
        length[i] = 0;
        mergedInto[i] = pivot;
        continue;
      }
      if (d < degree[i]!) degree[i] = d;
      // The pivot goes first: the lost neighbor (or absorbed element) left room for it.
      lists[to] = lists[variablesStart]!;
      lists[variablesStart] = lists[from]!;
      lists[from] = pivot;
      length[i] = to - from + 1;
      elementCount[i] = keptElements + 1;
      hash = (hash >>> 0) % size;
      hashOf[i] = hash;
      hashNext[i] = hashHead[hash]!;
      hashHead[hash] = i;
    }
    degree[pivot] = elementWeight;
    if (elementWeight > largestElement) largestElement = elementWeight;
    stamp += largestElement + 1;

    // Indistinguishable variables of L_p become one.
    for (let q = elementStart; q < end; q++) {
      const first = lists[q]!;
      if (weight[first] === 0) continue;
      const hash = hashOf[first]!;
      let i = hashHead[hash]!;
      hashHead[hash] = -1;
      while (i >= 0 && hashNext[i]! >= 0) {
        const count = length[i]!;
        const elements = elementCount[i]!;
        for (let p = start[i]! + 1; p < start[i]! + count; p++) mark[lists[p]!] = stamp;
        let before = i;
        let j = hashNext[i]!;
        while (j >= 0) {
          let same = length[j] === count && elementCount[j] === elements;
          const stop = start[j]! + count;
          for (let p = start[j]! + 1; same && p < stop; p++) same = mark[lists[p]!] === stamp;
          const after = hashNext[j]!;
          if (same) {
            weight[i]! += weight[j]!;
            weight[j] = 0;
            elementCount[j] = -1;
            length[j] = 0;
            mergedInto[j] = i;
            hashNext[before] = after;
          } else before = j;
          j = after;
        }
        stamp++;
        i = hashNext[i]!;
      }
    }

    // Back to the degree lists; L_p keeps its live variables only.
    const left = totalWeight - eliminated;
    let to = elementStart;
    for (let q = elementStart; q < end; q++) {
      const i = lists[q]!;
      const w = -weight[i]!;
      if (w === 0) continue;
      weight[i] = w;
      const d = Math.min(degree[i]! + elementWeight - w, left - w);
      degree[i] = d;
      const head = degreeHead[d]!;
      next[i] = head;
      previous[i] = -1;
      if (head >= 0) previous[head] = i;
      degreeHead[d] = i;
      if (d < minimum) minimum = d;
      lists[to++] = i;
    }
    weight[pivot] = pivotWeight;
    length[pivot] = to - elementStart;
    mark[pivot] = length[pivot] === 0 ? 0 : 1;
    if (ownElements > 0) graph.listEnd = to;
  }
  return pivots.subarray(0, pivotCount);
}

/** Moves the lists that are still needed together at the front, in their present order. */
function compactLists(graph: QuotientGraph, mark: Int32Array): void {
  const { size, lists, start, length, elementCount, weight } = graph;
  // The first entry of each list is exchanged for a label of its owner, so one sweep finds them all.
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

/** Every pivot followed by the nodes merged into it, directly or through others. */
function writeOrder(graph: QuotientGraph, pivots: Int32Array, order: Int32Array): number {
  const { size, mergedInto } = graph;
  const firstMerged = new Int32Array(size).fill(-1);
  const sibling = new Int32Array(size).fill(-1);
  for (let i = size - 1; i >= 0; i--) {
    const owner = mergedInto[i]!;
    if (owner < 0) continue;
    sibling[i] = firstMerged[owner]!;
    firstMerged[owner] = i;
  }
  let end = 0;
  for (const pivot of pivots) {
    let i = pivot;
    for (;;) {
      order[end++] = i;
      if (firstMerged[i]! >= 0) {
        i = firstMerged[i]!;
        continue;
      }
      while (i !== pivot && sibling[i]! < 0) i = mergedInto[i]!;
      if (i === pivot) break;
      i = sibling[i]!;
    }
  }
  return end;
}
