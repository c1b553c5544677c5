import { HendersonError } from "../base/errors.ts";
import type { Kernels } from "../linalg/kernels.ts";
import { arenaNeed } from "../linalg/sparse/panelStorage.ts";
import { patternFromPairs } from "../linalg/sparse/pattern.ts";
import { createSupernodalFactor } from "../linalg/sparse/supernodal.ts";
import { analyze } from "../linalg/sparse/symbolic.ts";
import type { Relationship } from "../model/relationship.ts";

/**
 * Turns standard normals z into draws of N(0, K): with K^-1 = P'L L'P of the sparse inverse, x = P'L^-T z. Levels that are
 * groups with fixed effects have none and get zero.
 *
 * @returns a function that overwrites its argument, length q
 * @throws HendersonError simulation/relationship
 */
export function createRelationshipRoot(
  relationship: Relationship,
  kernels: Kernels,
): (z: Float64Array) => void {
  const { pointers, rows, values, size: all } = relationship.inverse;
  const size = all - relationship.fixedGroups;
  const entries: { row: number; column: number; value: number }[] = [];
  for (let j = 0; j < size; j++) {
    for (let e = pointers[j]!; e < pointers[j + 1]!; e++) {
      if (rows[e]! < size) entries.push({ row: rows[e]!, column: j, value: values[e]! });
    }
  }
  const symbolic = analyze(
    patternFromPairs(
      size,
      Int32Array.from(entries, ({ row }) => row),
      Int32Array.from(entries, ({ column }) => column),
    ),
  );
  const { permutation, supernodeOf, supernodeCount, starts } = symbolic;
  const need = arenaNeed(symbolic);
  const arena = kernels.createArena(need.doubles + size + 2, need.integers);
  const { f64, i32 } = arena;
  const factor = createSupernodalFactor(symbolic, arena);
  const x = arena.doubles(size);
  const bySupernode: { row: number; column: number; value: number }[][] = Array.from(
    { length: supernodeCount },
    () => [],
  );
  for (const { row, column, value } of entries) {
    const a = permutation[row]!;
    const b = permutation[column]!;
    const [high, low] = a > b ? [a, b] : [b, a];
    bySupernode[supernodeOf[low]!]!.push({ row: high, column: low, value });
  }
  const failed = factor.factorize((supernode, panel, ld, rowPosition) => {
    for (const { row, column, value } of bySupernode[supernode]!) {
      f64[panel + i32[rowPosition + row]! + (column - starts[supernode]!) * ld]! += value;
    }
  });
  if (failed !== 0) {
    throw new HendersonError(
      "simulation/relationship",
      `the inverse of the relationship '${relationship.name}' is not positive definite, so nothing can be drawn from it`,
      { hint: "check that the file holds the inverse and not the matrix itself (matrix:FILE)" },
    );
  }
  return (z) => {
    for (let i = 0; i < size; i++) f64[x + permutation[i]!] = z[i]!;
    factor.solveLowerTransposed(x, 1, size);
    for (let i = 0; i < size; i++) z[i] = f64[x + permutation[i]!]!;
    z.fill(0, size);
  };
}
