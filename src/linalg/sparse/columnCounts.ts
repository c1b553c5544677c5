import type { SymmetricPattern } from "./pattern.ts";

/**
 * Number of scalar rows in every column of the Cholesky factor, diagonal included, without forming it.
 *
 * Gilbert, Ng & Peyton (1994), SIAM J. Matrix Anal. Appl. 15, 1075-1091: row i is in the columns of
 * its row subtree, so adding the width of i at the leaves of that subtree, taking it off at the least
 * common ancestors of consecutive leaves and above i, and summing over subtrees counts every row
 * once. `order` must be a postorder of the elimination tree `parent`; `widths` (by position) is the
 * number of scalar rows at each node, so that counts are scalar rows below the top of node k's block.
 * Almost linear in the number of entries.
 */
export function columnCounts(
  pattern: SymmetricPattern,
  order: Int32Array,
  position: Int32Array,
  parent: Int32Array,
  widths: Int32Array,
): Int32Array {
  const { size, pointers, indices } = pattern;
  const firstDescendant = firstDescendants(parent);
  const counts = new Int32Array(size);
  const lastLeaf = new Int32Array(size).fill(-1);
  const lastFirst = new Int32Array(size).fill(-1);
  const representative = new Int32Array(size);
  for (let k = 0; k < size; k++) representative[k] = k;

  for (let j = 0; j < size; j++) {
    // A node without descendants is the only leaf of its own row subtree.
    if (firstDescendant[j] === j) counts[j]! += widths[j]!;
    const node = order[j]!;
    for (let p = pointers[node]!; p < pointers[node + 1]!; p++) {
      const i = position[indices[p]!]!;
      if (i < j || firstDescendant[j]! <= lastFirst[i]!) continue;
      counts[j]! += widths[i]!;
      const leaf = lastLeaf[i]!;
      if (leaf >= 0) counts[findRepresentative(representative, leaf)]! -= widths[i]!;
      lastLeaf[i] = j;
      lastFirst[i] = firstDescendant[j]!;
    }
    if (parent[j]! >= 0) {
      counts[parent[j]!]! -= widths[j]!;
      representative[j] = parent[j]!;
    }
  }
  for (let j = 0; j < size; j++) {
    if (parent[j]! >= 0) counts[parent[j]!]! += counts[j]!;
  }
  return counts;
}

/** Lowest position in the subtree of each node of a postordered forest. */
function firstDescendants(parent: Int32Array): Int32Array {
  const first = new Int32Array(parent.length).fill(-1);
  for (let k = 0; k < parent.length; k++) {
    if (first[k]! < 0) first[k] = k;
    const above = parent[k]!;
    if (above >= 0 && first[above]! < 0) first[above] = first[k]!;
  }
  return first;
}

/** Top of the part of the tree processed so far that holds k; halves paths on the way. */
function findRepresentative(representative: Int32Array, k: number): number {
  let i = k;
  while (representative[i] !== i) {
    representative[i] = representative[representative[i]!]!;
    i = representative[i]!;
  }
  return i;
}
