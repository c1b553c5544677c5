import type { Matrix } from "../linalg/matrix.ts";
import type { Pedigree } from "./pedigree.ts";

/**
 * The animals that are parents, renumbered by generation from 1, groups (as metafounders) before them; node 0
 * stands for every unknown parent. Few and close together in memory: most animals have no offspring.
 */
export interface AncestorNodes {
  readonly count: number;
  /** node of each position of the pedigree; 0 for those that are no parents */
  readonly nodeOf: Int32Array;
  /** animal of each node; -1 for groups and node 0 */
  readonly animalOf: Int32Array;
  /** nodes of the parents of each node */
  readonly sires: Int32Array;
  readonly dams: Int32Array;
  /** 0 for groups and unknown, else generation + 1; ascending */
  readonly levels: Int32Array;
  /** first node of each level; one more at the end */
  readonly starts: Int32Array;
  /** Mendelian variance of each node; filled by `fillVariances` */
  readonly variances: Float64Array;
  readonly gamma: Matrix | undefined;
  readonly pedigree: Pedigree;
}

/** Nodes of all parents, Mendelian variances yet to be filled. */
export function ancestorNodes(pedigree: Pedigree, gamma: Matrix | undefined): AncestorNodes {
  const { generations, groups } = pedigree;
  const n = generations.length;
  const nodeOf = new Int32Array(n + groups.length);
  let levelCount = 1;
  for (const parents of [pedigree.sires, pedigree.dams]) {
    for (const p of parents) {
      if (p < 0 || p >= n) continue;
      nodeOf[p] = 1;
      levelCount = Math.max(levelCount, generations[p]! + 2);
    }
  }
  const groupCount = gamma?.rows ?? 0;
  const starts = new Int32Array(levelCount + 1);
  starts[1] = groupCount + 1;
  for (let i = 0; i < n; i++) if (nodeOf[i] === 1) starts[generations[i]! + 2]!++;
  for (let level = 1; level < levelCount; level++) starts[level + 1]! += starts[level]!;
  const count = starts[levelCount]! - 1;
  const next = starts.slice();
  const animalOf = new Int32Array(count + 1).fill(-1);
  for (let g = 0; g < groupCount; g++) nodeOf[n + g] = g + 1;
  for (let i = 0; i < n; i++) {
    if (nodeOf[i] === 0) continue;
    const node = next[generations[i]! + 1]!++;
    nodeOf[i] = node;
    animalOf[node] = i;
  }
  const sires = new Int32Array(count + 1);
  const dams = new Int32Array(count + 1);
  const levels = new Int32Array(count + 1);
  for (let node = groupCount + 1; node <= count; node++) {
    const i = animalOf[node]!;
    const s = pedigree.sires[i]!;
    const d = pedigree.dams[i]!;
    sires[node] = s < 0 ? 0 : nodeOf[s]!;
    dams[node] = d < 0 ? 0 : nodeOf[d]!;
    levels[node] = generations[i]! + 1;
  }
  return {
    count,
    nodeOf,
    animalOf,
    sires,
    dams,
    levels,
    starts,
    variances: new Float64Array(count + 1),
    gamma,
    pedigree,
  };
}

/** m = 1/2 - (F_sire + F_dam) / 4 for the nodes of a level, F of their parents being known. */
export function fillVariances(nodes: AncestorNodes, level: number, inbreeding: Float64Array): void {
  const { starts, animalOf, variances, pedigree, gamma } = nodes;
  if (level === 0 || level + 1 >= starts.length) return;
  const { sires, dams } = pedigree;
  for (let node = starts[level]!; node < starts[level + 1]!; node++) {
    const i = animalOf[node]!;
    const s = parentInbreeding(sires[i]!, inbreeding, gamma);
    const d = parentInbreeding(dams[i]!, inbreeding, gamma);
    variances[node] = 0.5 - 0.25 * (s + d);
  }
}

/** F of a parent; -1 for one that is unknown or of a group; gamma_gg - 1 for a metafounder. */
export function parentInbreeding(
  parent: number,
  inbreeding: Float64Array,
  gamma: Matrix | undefined,
): number {
  if (parent < 0) return -1;
  if (parent < inbreeding.length) return inbreeding[parent]!;
  if (gamma === undefined) return -1;
  return gamma.values[(parent - inbreeding.length) * (gamma.rows + 1)]! - 1;
}
