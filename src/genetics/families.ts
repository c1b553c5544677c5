import type { Pedigree } from "./pedigree.ts";

/** Animals with two known parents, sorted by generation and, within it, by one parent. */
interface Families {
  readonly order: Int32Array;
  /** the parent that sorts, by animal */
  readonly shared: Int32Array;
  /** the other parent, by animal */
  readonly other: Int32Array;
}

/**
 * Groups animals by sire or by dam, whichever makes fewer groups.
 *
 * @param known   parents at positions below this are known
 */
export function familiesByParent(pedigree: Pedigree, known: number): Families {
  const { sires, dams, generations } = pedigree;
  const n = sires.length;
  const members = new Int32Array(n);
  let count = 0;
  for (let i = 0; i < n; i++) {
    const s = sires[i]!;
    const d = dams[i]!;
    if (s >= 0 && d >= 0 && s < known && d < known) members[count++] = i;
  }
  const both = members.subarray(0, count);
  const bySire = sorted(sorted(both, sires), generations);
  const byDam = sorted(sorted(both, dams), generations);
  return runs(bySire, sires, generations) <= runs(byDam, dams, generations)
    ? { order: bySire, shared: sires, other: dams }
    : { order: byDam, shared: dams, other: sires };
}

/** Stable counting sort of animals by a key that is not negative. */
function sorted(animals: Int32Array, key: Int32Array): Int32Array {
  let largest = 0;
  for (const i of animals) largest = Math.max(largest, key[i]!);
  const next = new Int32Array(largest + 2);
  for (const i of animals) next[key[i]! + 1]!++;
  for (let k = 0; k <= largest; k++) next[k + 1]! += next[k]!;
  const result = new Int32Array(animals.length);
  for (const i of animals) result[next[key[i]!]!++] = i;
  return result;
}

function runs(order: Int32Array, parent: Int32Array, generations: Int32Array): number {
  let count = 0;
  for (let k = 0; k < order.length; k++) {
    const i = order[k]!;
    const before = order[k - 1] ?? -1;
    if (before < 0 || parent[before] !== parent[i] || generations[before] !== generations[i]) count++;
  }
  return count;
}
