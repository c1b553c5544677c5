// F_i = a_sd / 2, the relationship of the parents. Meuwissen & Luo (1992, GSE 24:305) sum L_ij^2 m_j over the
// ancestors of every animal. Here the animals of one generation are grouped by parent (Sargolzaei, Iwaisaki &
// Colleau 2005, J Anim Breed Genet 122:325; Colleau 2002, GSE 34:409): A = T D T', and of the column A e_s only
// the entries at the mates of s are needed. One walk up from s gives y = D T' e_s; the recursion down
//     r_j = (r_sire + r_dam) / 2 + y_j
// over the union of the mates' ancestors gives a_sd = r_d for all mates at once.

import type { Matrix } from "../linalg/matrix.ts";
import { type AncestorNodes, ancestorNodes, fillVariances } from "./ancestorNodes.ts";
import { familiesByParent } from "./families.ts";
import type { Pedigree } from "./pedigree.ts";

/**
 * Inbreeding coefficients of all animals, length n.
 *
 * @param gamma   relationships of the groups as metafounders, in their order (Legarra et al. 2015, Genetics
 *   200:455); without it groups are unknown parents: unrelated, not inbred
 * @complexity    O(sum over generations and parents of the union of their mates' ancestors) time
 */
export function inbreedingCoefficients(pedigree: Pedigree, gamma?: Matrix): Float64Array {
  const n = pedigree.animals.length;
  const inbreeding = new Float64Array(n);
  const { order, shared, other } = familiesByParent(pedigree, gamma === undefined ? n : n + gamma.rows);
  if (order.length === 0) return inbreeding;
  const { generations } = pedigree;
  const nodes = ancestorNodes(pedigree, gamma);
  const walk = createWalk(nodes);
  let filled = 0;
  for (let from = 0, to = 0; from < order.length; from = to) {
    const parent = shared[order[from]!]!;
    const generation = generations[order[from]!]!;
    // variances of the generation before need the inbreeding of the one before that: both are done by now
    while (filled <= generation) fillVariances(nodes, filled++, inbreeding);
    walk.start(nodes.nodeOf[parent]!);
    for (to = from; to < order.length; to++) {
      const animal = order[to]!;
      if (shared[animal] !== parent || generations[animal] !== generation) break;
      walk.addMate(nodes.nodeOf[other[animal]!]!);
    }
    walk.finish();
    for (let k = from; k < to; k++) {
      inbreeding[order[k]!] = 0.5 * walk.relationship(nodes.nodeOf[other[order[k]!]!]!);
    }
  }
  return inbreeding;
}

/** Relationships of one animal with its mates. */
interface Walk {
  /** begins with node s */
  start(node: number): void;
  addMate(node: number): void;
  /** computes; the next `start` forgets */
  finish(): void;
  /** a_sd of a mate d */
  relationship(mate: number): number;
}

/** How many nodes are swept in order in the time that one takes in a queue, about. */
const SWEEP_GAIN = 12;

function createWalk(nodes: AncestorNodes): Walk {
  const { sires, dams, levels, starts, variances, gamma } = nodes;
  const groupCount = gamma?.rows ?? 0;
  const y = new Float64Array(nodes.count + 1);
  const r = new Float64Array(nodes.count + 1);
  const marks = new Int32Array(nodes.count + 1);
  // a queue for each generation, as long as the generation
  const queue = new Int32Array(nodes.count + 1);
  const ends = starts.slice();
  const upward = new Int32Array(nodes.count + 1);
  const upwardEnds = starts.slice();
  const groupSums = new Float64Array(groupCount);
  let stamp = 0;
  let topOfSire = -1;
  let topOfMates = -1;
  /** generations below this one were swept in the last walk up */
  let swept = 0;

  /** Whether all older generations are faster to sweep than to queue, going by the queue of this one. */
  const sweepPays = (level: number, queued: number): boolean => starts[level]! <= SWEEP_GAIN * queued * level;

  const clear = (): void => {
    y.fill(0, 0, Math.max(groupCount + 1, starts[swept]!));
    for (let level = swept; level <= topOfSire; level++) {
      for (let k = starts[level]!; k < upwardEnds[level]!; k++) y[upward[k]!] = 0;
    }
    for (let level = 0; level <= topOfSire; level++) upwardEnds[level] = starts[level]!;
    for (let level = 0; level <= topOfMates; level++) ends[level] = starts[level]!;
  };

  /** y = D T' e_s by a walk up, youngest generation first. */
  const start = (node: number): void => {
    clear();
    topOfMates = -1;
    topOfSire = levels[node]!;
    marks[0] = ++stamp;
    y[node] = 1;
    upward[upwardEnds[topOfSire]!++] = node;
    const inherit = (parent: number, half: number): void => {
      y[parent]! += half;
      if (marks[parent] === stamp) return;
      marks[parent] = stamp;
      upward[upwardEnds[levels[parent]!]!++] = parent;
    };
    swept = topOfSire + 1;
    while (swept > 1) {
      swept--;
      const end = upwardEnds[swept]!;
      for (let k = starts[swept]!; k < end; k++) {
        const v = upward[k]!;
        const half = 0.5 * y[v]!;
        y[v]! *= variances[v]!;
        inherit(sires[v]!, half);
        inherit(dams[v]!, half);
      }
      if (sweepPays(swept, end - starts[swept]!)) break;
    }
    for (let v = starts[swept]! - 1; v > groupCount; v--) {
      const half = 0.5 * y[v]!;
      if (half === 0) continue;
      y[v]! *= variances[v]!;
      y[sires[v]!]! += half;
      y[dams[v]!]! += half;
    }
    y[0] = 0;
    if (gamma !== undefined) applyGamma(gamma, y, groupSums);
    marks[0] = ++stamp;
  };

  const addMate = (node: number): void => {
    if (marks[node] === stamp) return;
    marks[node] = stamp;
    const level = levels[node]!;
    queue[ends[level]!++] = node;
    if (level > topOfMates) topOfMates = level;
  };

  /** Queues the ancestors of the mates, youngest generation first; returns below which generation all are taken. */
  const climb = (): number => {
    for (let level = topOfMates; level > 0; level--) {
      const end = ends[level]!;
      for (let k = starts[level]!; k < end; k++) {
        addAncestor(sires[queue[k]!]!);
        addAncestor(dams[queue[k]!]!);
      }
      if (sweepPays(level, end - starts[level]!)) return level;
    }
    return 0;
  };
  const addAncestor = (node: number): void => {
    if (marks[node] === stamp) return;
    marks[node] = stamp;
    queue[ends[levels[node]!]!++] = node;
  };

  const finish = (): void => {
    const all = climb();
    for (let g = 1; g <= groupCount; g++) r[g] = y[g]!;
    const end = starts[all]!;
    for (let v = groupCount + 1; v < end; v++) r[v] = y[v]! + 0.5 * (r[sires[v]!]! + r[dams[v]!]!);
    for (let level = Math.max(all, 1); level <= topOfMates; level++) {
      for (let k = starts[level]!; k < ends[level]!; k++) {
        const v = queue[k]!;
        r[v] = y[v]! + 0.5 * (r[sires[v]!]! + r[dams[v]!]!);
      }
    }
  };

  return { start, addMate, finish, relationship: (mate) => r[mate]! };
}

/** The groups' part of y: Gamma times their sums of T' e_s, in place (groups are the nodes 1 .. gamma.rows). */
function applyGamma(gamma: Matrix, y: Float64Array, sums: Float64Array): void {
  const groupCount = gamma.rows;
  for (let g = 0; g < groupCount; g++) {
    let sum = 0;
    for (let h = 0; h < groupCount; h++) sum += gamma.values[g + h * groupCount]! * y[h + 1]!;
    sums[g] = sum;
  }
  for (let g = 0; g < groupCount; g++) y[g + 1] = sums[g]!;
}
