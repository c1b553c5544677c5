import type { SymmetricPattern } from "./pattern.ts";
import {
  compactLists,
  createQuotientGraph,
  enterDegreeList,
  leaveDegreeList,
  mergeNode,
  type QuotientGraph,
} from "./quotientGraph.ts";

/*
 * Approximate minimum degree ordering: Amestoy, Davis & Duff (1996), SIAM J. Matrix Anal. Appl. 17,
 * 886-905, Algorithms 1 and 2 with aggressive absorption. Symbols of the paper: p is the pivot, L_p
 * the variables next to it, L_e those of an earlier pivot e, E_i and A_i the elements and variables
 * next to variable i, d_i the bound on its degree of their equation (2).
 */

interface MinimumDegreeOptions {
  /** How many trailing nodes come last, in their given order; default 0. They are left out of the degrees. */
  readonly last?: number;
  /** Scalar rows each node stands for, length size, at least 1; default all 1. */
  readonly widths?: Int32Array;
}

/**
 * Fill-reducing order of elimination: entry k is the node that is eliminated k-th.
 *
 * Deterministic. Nodes with over max(1000, 10 sqrt(size)) neighbors are put last before the
 * constrained ones, by degree: they cost time and fill in anyway. Memory is about 1.2 |indices| +
 * 16 size + (sum of widths) integers; the pattern is not changed.
 */
export function minimumDegree(pattern: SymmetricPattern, options: MinimumDegreeOptions = {}): Int32Array {
  const free = pattern.size - Math.min(options.last ?? 0, pattern.size);
  const graph = createQuotientGraph(pattern, free, options.widths);
  const pivots: number[] = [];
  while (graph.eliminated < graph.totalWeight) pivots.push(eliminateNext(graph));

  const order = new Int32Array(pattern.size);
  order.set(graph.dense, writeOrder(graph, pivots, order));
  for (let i = free; i < pattern.size; i++) order[i] = i;
  return order;
}

/** Eliminates a variable of least degree and those that can go with it; returns it. */
function eliminateNext(graph: QuotientGraph): number {
  const { degreeHead, mark } = graph;
  while (degreeHead[graph.minimum]! < 0) graph.minimum++;
  const pivot = degreeHead[graph.minimum]!;
  leaveDegreeList(graph, pivot);
  graph.eliminated += graph.weight[pivot]!;

  const fromElements = graph.elementCount[pivot]! > 0;
  formElement(graph, pivot);
  if (graph.stamp > 2 ** 31 - 2 - 2 * graph.totalWeight - graph.size) {
    for (let i = 0; i < graph.size; i++) if (mark[i] !== 0) mark[i] = 1;
    graph.stamp = 2;
  }
  measureOutside(graph, pivot);
  updateDegrees(graph, pivot);
  graph.largestElement = Math.max(graph.largestElement, graph.degree[pivot]!);
  graph.stamp += graph.largestElement + 1;
  mergeIndistinguishable(graph, pivot);
  finishElement(graph, pivot);
  if (fromElements) graph.listEnd = graph.start[pivot]! + graph.length[pivot]!;
  mark[pivot] = graph.length[pivot] === 0 ? 0 : 1;
  return pivot;
}

/** L_p: A_p and the L_e of all e in E_p, which are absorbed. In place when E_p is empty, else after all lists. */
function formElement(graph: QuotientGraph, pivot: number): void {
  const { size, lists, start, length, elementCount, weight, mark } = graph;
  const elements = elementCount[pivot]!;
  const variables = length[pivot]! - elements;
  if (elements > 0) {
    let bound = variables;
    for (let p = start[pivot]!; p < start[pivot]! + elements; p++) bound += length[lists[p]!]!;
    if (graph.listEnd + Math.min(bound, size) > lists.length) compactLists(graph);
  }
  const own = start[pivot]!;
  const first = elements > 0 ? graph.listEnd : own;
  let end = first;
  let elementWeight = 0;
  weight[pivot] = -weight[pivot]!;
  for (let source = 0; source <= elements; source++) {
    const e = source < elements ? lists[own + source]! : pivot;
    const from = source < elements ? start[e]! : own + elements;
    const stop = from + (source < elements ? length[e]! : variables);
    for (let p = from; p < stop; p++) {
      const i = lists[p]!;
      const w = weight[i]!;
      if (w <= 0) continue;
      elementWeight += w;
      weight[i] = -w;
      lists[end++] = i;
      leaveDegreeList(graph, i);
    }
    mark[e] = 0;
    length[e] = 0;
  }
  start[pivot] = first;
  length[pivot] = end - first;
  elementCount[pivot] = -1;
  graph.degree[pivot] = elementWeight;
}

/** mark[e] = stamp + |L_e \ L_p| for every element e next to L_p (Algorithm 2). */
function measureOutside(graph: QuotientGraph, pivot: number): void {
  const { lists, start, elementCount, weight, mark, degree, stamp } = graph;
  const end = start[pivot]! + graph.length[pivot]!;
  for (let q = start[pivot]!; q < end; q++) {
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
}

/**
 * Prunes the lists of L_p and sums their external parts; elements inside L_p are absorbed, and a
 * variable with nothing outside goes with the pivot (mass elimination).
 */
function updateDegrees(graph: QuotientGraph, pivot: number): void {
  const { size, lists, start, length, elementCount, weight, mark, degree, stamp } = graph;
  const { hashHead, hashNext, hashOf } = graph;
  const end = start[pivot]! + length[pivot]!;
  for (let q = start[pivot]!; q < end; q++) {
    const i = lists[q]!;
    const from = start[i]!;
    const elementsEnd = from + elementCount[i]!;
    const listEnd = from + length[i]!;
    let to = from;
    let hash = 0;
    let outside = 0;
    for (let p = from; p < elementsEnd; p++) {
      const e = lists[p]!;
      const external = mark[e]! - stamp;
      if (external <= 0) {
        mark[e] = 0;
        continue;
      }
      outside += external;
      lists[to++] = e;
      hash = (hash + e) | 0;
    }
    const variablesStart = to;
    for (let p = elementsEnd; p < listEnd; p++) {
      const j = lists[p]!;
      const w = weight[j]!;
      if (w <= 0) continue;
      outside += w;
      lists[to++] = j;
      hash = (hash + j) | 0;
    }
    if (to === from) {
      const w = -weight[i]!;
      degree[pivot]! -= w;
      weight[pivot]! -= w;
      graph.eliminated += w;
      mergeNode(graph, i, pivot);
      continue;
    }
    if (outside < degree[i]!) degree[i] = outside;
    // The pivot goes first; the neighbor or element through which i came into L_p has left room for it.
    lists[to] = lists[variablesStart]!;
    lists[variablesStart] = lists[from]!;
    lists[from] = pivot;
    length[i] = to - from + 1;
    elementCount[i] = variablesStart - from + 1;
    hash = (hash >>> 0) % size;
    hashOf[i] = hash;
    hashNext[i] = hashHead[hash]!;
    hashHead[hash] = i;
  }
}

/** Variables of L_p with equal lists become one; only those with equal hashes are compared. */
function mergeIndistinguishable(graph: QuotientGraph, pivot: number): void {
  const { lists, start, length, weight, hashHead, hashNext, hashOf } = graph;
  const end = start[pivot]! + length[pivot]!;
  for (let q = start[pivot]!; q < end; q++) {
    if (weight[lists[q]!] === 0) continue;
    const hash = hashOf[lists[q]!]!;
    let i = hashHead[hash]!;
    hashHead[hash] = -1;
    while (i >= 0 && hashNext[i]! >= 0) {
      absorbEqual(graph, i);
      i = hashNext[i]!;
    }
  }
}

/** Merges into i the variables behind it in its hash bucket that have the same lists. */
function absorbEqual(graph: QuotientGraph, i: number): void {
  const { lists, start, length, elementCount, weight, mark, hashNext, stamp } = graph;
  const count = length[i]!;
  // All lists start with the pivot.
  for (let p = start[i]! + 1; p < start[i]! + count; p++) mark[lists[p]!] = stamp;
  let before = i;
  for (let j = hashNext[i]!; j >= 0; j = hashNext[j]!) {
    let same = length[j] === count && elementCount[j] === elementCount[i];
    const stop = start[j]! + count;
    for (let p = start[j]! + 1; same && p < stop; p++) same = mark[lists[p]!] === stamp;
    if (same) {
      weight[i]! += weight[j]!;
      mergeNode(graph, j, i);
      hashNext[before] = hashNext[j]!;
    } else before = j;
  }
  graph.stamp++;
}

/** Puts the variables of L_p back under their new degrees and drops the merged ones from the list. */
function finishElement(graph: QuotientGraph, pivot: number): void {
  const { lists, start, length, weight, degree } = graph;
  const end = start[pivot]! + length[pivot]!;
  const left = graph.totalWeight - graph.eliminated;
  let to = start[pivot]!;
  for (let q = to; q < end; q++) {
    const i = lists[q]!;
    const w = -weight[i]!;
    if (w === 0) continue;
    weight[i] = w;
    enterDegreeList(graph, i, Math.min(degree[i]! + degree[pivot]! - w, left - w));
    lists[to++] = i;
  }
  weight[pivot] = -weight[pivot]!;
  length[pivot] = to - start[pivot]!;
}

/** Every pivot followed by the nodes merged into it, directly or through others; returns their number. */
function writeOrder(graph: QuotientGraph, pivots: readonly number[], order: Int32Array): number {
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
