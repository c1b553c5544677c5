import type { Pedigree } from "./pedigree.ts";

/**
 * The expected part of every animal's genes that comes from each group (Quaas 1988, J. Dairy Sci. 71, 1338): the mean of
 * its parents' parts. Animals x groups, column-major; exact to rounding, O(animals x groups).
 */
export function groupParts({
  sires,
  dams,
  groups,
}: Pick<Pedigree, "sires" | "dams" | "groups">): Float64Array {
  const n = sires.length;
  const parts = new Float64Array(n * groups.length);
  for (let g = 0; g < groups.length; g++) {
    const column = parts.subarray(g * n, (g + 1) * n);
    const of = (parent: number): number =>
      parent < 0 ? 0 : parent < n ? column[parent]! : Number(parent - n === g);
    for (let i = 0; i < n; i++) column[i] = 0.5 * (of(sires[i]!) + of(dams[i]!));
  }
  return parts;
}
