import type { SymmetricPattern } from "./pattern.ts";

/**
 * Elimination tree of a pattern under an order: parent of each position, -1 at roots.
 *
 * Liu (1990), SIAM J. Matrix Anal. Appl. 11, 134-172, algorithm 4.2 with path compression. `order[k]`
 * is the node at position k and `position` its inverse; parents are positions, always larger.
 */
export function eliminationTree(
  pattern: SymmetricPattern,
  order: Int32Array,
  position: Int32Array,
): Int32Array {
  const { size, pointers, indices } = pattern;
  const parent = new Int32Array(size).fill(-1);
  const ancestor = new Int32Array(size).fill(-1);
  for (let k = 0; k < size; k++) {
    const node = order[k]!;
    for (let p = pointers[node]!; p < pointers[node + 1]!; p++) {
      let i = position[indices[p]!]!;
      while (i >= 0 && i < k) {
        const above = ancestor[i]!;
        ancestor[i] = k;
        if (above < 0) parent[i] = k;
        i = above;
      }
    }
  }
  return parent;
}

/**
 * Postorder of a forest given by parents (-1 at roots): entry k is the k-th node.
 *
 * Siblings and roots come in ascending order, so a path from the last node down through last
 * children ends up contiguous at the end.
 */
export function postorder(parent: Int32Array): Int32Array {
  const size = parent.length;
  const firstChild = new Int32Array(size).fill(-1);
  const sibling = new Int32Array(size).fill(-1);
  let root = -1;
  for (let i = size - 1; i >= 0; i--) {
    const above = parent[i]!;
    if (above < 0) {
      sibling[i] = root;
      root = i;
    } else {
      sibling[i] = firstChild[above]!;
      firstChild[above] = i;
    }
  }
  const order = new Int32Array(size);
  let end = 0;
  for (let top = root; top >= 0; top = sibling[top]!) {
    let i = top;
    for (;;) {
      while (firstChild[i]! >= 0) i = firstChild[i]!;
      order[end++] = i;
      while (i !== top && sibling[i]! < 0) {
        i = parent[i]!;
        order[end++] = i;
      }
      if (i === top) break;
      i = sibling[i]!;
    }
  }
  return order;
}
